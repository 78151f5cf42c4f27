import type {
  ChatMessage,
  FirstReply,
  OpenInput,
  RenderContext,
  ReplyDecision,
  TurnMessage,
} from '../../../activities/ports/typebot.js';
import { sessionTag } from '../prompts/wire-id.js';
import { readOpen, type OpenQuestion, type Question } from '../schema.js';
import { readForeignTap } from './choices/choice-reply.js';
import { askAgain, explain, passOn, type ReplyContext } from './decision.js';
import { readFile } from './file-reply.js';
import { firstMessage } from './first-message.js';
import { captionsOf, hear, isReadable, wordsOf, type Heard } from './heard.js';
import { readTaps } from './taps.js';
import { readEmbed, readFreeText } from './text-reply.js';
import { readWorded } from './worded-reply.js';

/**
 * Reads the messages of a turn as the answer to the open question, or as the first message of a flow if no question is
 * open. Pure.
 */
export function read(messages: TurnMessage[], open: OpenInput | null, render: RenderContext): ReplyDecision {
  if (!open) return firstMessage(messages.map(hear));
  const context = { open: readOpen(open), render };
  const heard = messages.map((message) => hearReply(message, context));
  return readTaps(heard, context) ?? readAnswer(heard, context);
}

/** Reads the messages that began a run as the answer to its first question (`TypebotPort.readFirst`). Pure. */
export function readFirst(
  messages: TurnMessage[],
  open: OpenInput,
  render: RenderContext,
): FirstReply | undefined {
  if (!takesWords(readOpen(open).question)) return undefined;
  const decision = read(messages, open, render);
  if (decision.type !== 'send' || decision.message === undefined) return undefined;
  return { message: decision.message, passedOn: decision.passedOn === true };
}

/** Whether the words that started a run may answer the question: not a choice, a payment or a wait. */
function takesWords({ kind }: Question): boolean {
  return !['choice', 'payment', 'embed', 'webhook'].includes(kind);
}

/** A text that quotes an earlier question does not answer the open one; it is treated like a tap on the earlier one. */
function hearReply(message: TurnMessage, { open, render }: ReplyContext): Heard {
  const { turn, firstTurn, choices } = open;
  const heard = hear(message);
  const { quotedTurn } = message;
  const offered = heard.type === 'text' ? heard.text.trim() : '';
  const tag = sessionTag(render.session);
  if (isOffer(offered, choices)) return { type: 'tap', turn, tag, id: offered, title: '' };
  const isWords = heard.type === 'text' || heard.type === 'foreignTap';
  const isStale = isWords && quotedTurn !== undefined && quotedTurn < firstTurn;
  return isStale ? { type: 'tap', turn: quotedTurn, tag: '', id: '', title: '' } : heard;
}

/** Over the HTTP surfaces, one of Parley's own choices is picked by sending its id as text. */
function isOffer(text: string, choices: OpenQuestion['choices']): boolean {
  return text.startsWith('parley-') && choices.some(({ id }) => id === text);
}

function readAnswer(heard: Heard[], context: ReplyContext): ReplyDecision {
  const { open, render } = context;
  const { question } = open;
  switch (question.kind) {
    case 'text':
    case 'other':
      return readFreeText(heard, context);
    case 'embed':
      return readEmbed(heard, context);
    case 'webhook':
    case 'payment':
      return heard.some(isReadable) ? askAgain(open, render) : { type: 'unreadable' };
    case 'file':
      return readFile(heard, question, context);
    default:
      return readWords(heard, context);
  }
}

/** Questions that expect a text of some form. A caption counts if it answers; other messages get an explanation. */
function readWords(heard: Heard[], context: ReplyContext): ReplyDecision {
  const { open, render } = context;
  const words = wordsOf(heard) || contactDetail(heard, open);
  const own = words && (readForeign(heard, context) ?? readWorded(words, context));
  if (own) return own;
  const captions = captionsOf(heard);
  const captioned = captions ? readWorded(captions, context) : undefined;
  if (captioned) return captioned;
  if (words) return passWordsOn(words, heard);
  return heard.some(isReadable) ? explain(open, render) : { type: 'unreadable' };
}

function readForeign(heard: Heard[], { open, render }: ReplyContext): ReplyDecision | undefined {
  const { question } = open;
  const tap = heard.findLast((message) => message.type === 'foreignTap');
  return tap && question.kind === 'choice' ? readForeignTap(tap, open, question, render) : undefined;
}

/** A text that could not be read is sent as written; the flow's own validation decides. */
function passWordsOn(words: string, heard: Heard[]): ReplyDecision {
  const [only] = heard;
  const replyId = heard.length === 1 && only?.type === 'foreignTap' ? only.id : undefined;
  const message: ChatMessage = { type: 'text', text: words };
  return passOn(replyId === undefined ? message : { ...message, metadata: { replyId } });
}

/** The phone number or e-mail address on a contact card, if the question asks for one; else empty. */
function contactDetail(heard: Heard[], { question }: OpenQuestion): string {
  const cards = heard.flatMap((message) => (message.type === 'structured' ? (message.contacts ?? []) : []));
  if (question.kind === 'phone') return cards.flatMap(({ phones }) => phones)[0] ?? '';
  if (question.kind !== 'email') return '';
  const addresses = cards.map(({ vcard }) => /^(?:[\w-]+\.)?EMAIL[^:\n]*:(\S+)/im.exec(vcard ?? '')?.[1]);
  return addresses.find((address) => address !== undefined) ?? '';
}
