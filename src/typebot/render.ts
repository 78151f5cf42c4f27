import type { OutboundContent } from '../../activities/ports/messages.js';
import type { FlowAnswer, FlowItem, FlowNote, RenderContext } from '../../activities/ports/typebot.js';
import { cutText } from '../foreign/cut-text.js';
import { isWaitingEmbed, nextStep, orderSteps, type Step } from './actions.js';
import { renderBubble, textMessages, type Limits } from './bubbles/bubbles.js';
import { transcribed } from './transcribed.js';
import { expandMarkup, hasMarkup } from './markup.js';
import { addressIn, withScheme } from './bubbles/media-kind.js';
import { bridgeTo } from './prompts/bridge.js';
import { buildPrompt, type Prompt } from './prompts/prompt.js';
import { toQuestion } from './question.js';
import { withRetryWords } from './retry-words.js';
import { readOpen, type OpenQuestion } from './schema.js';
import { renderRichText } from './bubbles/rich-text.js';
import { textsFor } from './texts/languages.js';
import { withTyping } from './typing.js';
import type { TypebotAnswer, TypebotBubble, TypingEmulation } from './wire.js';

/** An answer, and what is needed to render it. */
export interface Rendering {
  answer: TypebotAnswer;
  render: RenderContext;
  /** Parley could not read the reply and passed it on as written; see `isRefused`. */
  passedOn?: boolean;
  /** The answer is that of startChat. */
  isFirst: boolean;
  /** The answer's retry bubble is replaced by a short text that says the conversation goes on. */
  isBridge?: boolean;
  traits?: FlowTraits;
}

/** Settings that only startChat returns and that apply to all later answers. */
export interface FlowTraits {
  typing?: TypingEmulation;
  /** `settings.general.isInputPrefillEnabled`: stored values are offered as answers. */
  prefill?: boolean;
}

/** Turns an answer of Typebot into messages for the contact, and says what comes after them. */
export function renderAnswer(rendering: Rendering): FlowAnswer {
  const { answer, render, traits, isFirst } = rendering;
  const asked = render.asked ? readOpen(render.asked) : undefined;
  const refused = isRefused(rendering, asked);
  const body = collect(
    refused ? withRetryWords(answer, render) : answer,
    rendering,
    refused ? asked : undefined,
  );
  const prompt = promptOf(rendering, body, refused ? asked : undefined);
  const items = [...body.items, ...toItems(prompt?.contents ?? [])];
  return {
    typebotSessionId: answer.sessionId,
    resultId: answer.resultId,
    items: render.settings.typingEmulation ? withTyping(items, traits?.typing, isFirst) : items,
    promptItems: prompt?.contents.length ?? 0,
    silent: !body.isQuestionHeld && body.items.every(({ type }) => type === 'wait'),
    next: nextStep(answer),
    openInput: prompt?.open ?? null,
    bubbles: transcribed(answer),
    notes: [...body.notes, ...paymentNotes(prompt), ...cutNotes(answer), ...logNotes(answer)],
    refused,
    handoff: body.handoff,
  };
}

/** Typebot refuses a reply with a single text bubble that has the id of the input. */
export function isRetryAnswer({ messages, input }: TypebotAnswer): boolean {
  return messages.length === 1 && input !== undefined && messages[0]?.id === input.id;
}

/**
 * A retry bubble is certainly a refusal. The same question without one may be either the flow's invalid-reply event or
 * a flow that loops back to its input; it is taken for a refusal only if the reply had been passed on as written.
 */
function isRefused({ answer, passedOn, isBridge }: Rendering, asked: OpenQuestion | undefined): boolean {
  if (isBridge || !answer.input) return false;
  if (isRetryAnswer(answer)) return true;
  return passedOn === true && asked?.id === answer.input.id && answer.lastMessageNewFormat === undefined;
}

interface Body {
  items: FlowItem[];
  notes: FlowNote[];
  handoff: boolean;
  /** The last text of the answer, taken as the text of its question. */
  question: string;
  /** That text is not among `items`; the prompt includes it. */
  isQuestionHeld: boolean;
  /** Options in the markup of texts. */
  offers: { id: string; title: string }[];
}

function collect(
  answer: TypebotAnswer,
  { render, isBridge }: Rendering,
  asked: OpenQuestion | undefined,
): Body {
  const steps = isBridge ? [] : orderSteps(answer);
  const body: Body = {
    items: [],
    notes: [],
    handoff: false,
    question: '',
    isQuestionHeld: false,
    offers: [],
  };
  // The text of a refusal is not the question: the question is repeated after it.
  const holdable = answer.input && !asked ? lastTextStep(steps, render.surface.capabilities) : undefined;
  for (const step of steps) addStep(body, step, render, step === holdable?.step ? holdable.text : undefined);
  if (asked && body.question === asked.body) dropLastText(body, asked.body);
  return body;
}

/** The last text, unless the contact sees something, or has to wait, between it and the prompt. */
function lastTextStep(steps: Step[], limits: Limits): { step: Step; text: string } | undefined {
  const step = steps.findLast((entry) => {
    if (entry.type === 'bubble') return renderBubble(entry.bubble, limits).length > 0;
    return entry.type === 'redirect' || (entry.type === 'wait' && entry.waitMs > 0);
  });
  if (step?.type !== 'bubble' || step.bubble.type !== 'text') return undefined;
  const text = lastWords(step.bubble);
  return text === undefined ? undefined : { step, text };
}

/** The text at the end of a text bubble; undefined if the bubble ends with an image or markup. */
function lastWords({ content }: TypebotBubble): string | undefined {
  if (content.markdown !== undefined) return content.markdown.trim();
  const part = renderRichText(content.richText ?? []).at(-1);
  return part?.type === 'text' && !hasMarkup(part.text) ? part.text : undefined;
}

function addStep(body: Body, step: Step, render: RenderContext, heldText: string | undefined): void {
  switch (step.type) {
    case 'bubble':
      addBubble(body, step.bubble, render, heldText);
      return;
    case 'wait':
      if (step.waitMs > 0) body.items.push({ type: 'wait', waitMs: step.waitMs });
      return;
    case 'redirect':
      body.items.push(...toItems([{ type: 'text', text: step.url, previewUrl: true }]));
      return;
    case 'handoff':
      body.handoff = true;
      body.notes.push(step.note);
      return;
    case 'note':
      body.notes.push(step.note);
  }
}

function addBubble(
  body: Body,
  bubble: TypebotBubble,
  render: RenderContext,
  heldText: string | undefined,
): void {
  const expanded = withMarkup(body, renderBubble(bubble, render.surface.capabilities), render);
  const contents = render.surface.kind === 'api' ? expanded.map(withoutOptions) : expanded;
  const isEmptyText = bubble.type === 'text';
  if (contents.length === 0 && !isEmptyText) {
    body.notes.push({ type: 'action.ignored', data: { action: bubble.type, reason: 'nothing to show' } });
  }
  if (bubble.type === 'text' && contents.length > 0) body.question = lastWords(bubble) ?? body.question;
  if (heldText === undefined) {
    body.items.push(...toItems(contents));
    return;
  }
  const heldParts = textMessages(heldText, render.surface.capabilities).length;
  body.items.push(...toItems(contents.slice(0, contents.length - heldParts)));
  body.isQuestionHeld = true;
}

function withMarkup(body: Body, contents: OutboundContent[], render: RenderContext): OutboundContent[] {
  return contents.flatMap((content) => {
    if (content.type !== 'text' || !hasMarkup(content.text)) return [content];
    const expanded = expandMarkup(content.text, render);
    body.offers.push(...expanded.offers);
    return expanded.contents;
  });
}

/** The HTTP surfaces return options as data, not as messages. */
function withoutOptions(content: OutboundContent): OutboundContent {
  return content.type === 'buttons' || content.type === 'list'
    ? { type: 'text', text: content.body }
    : content;
}

/** Removes the question that a flow itself repeats after a refusal, since the prompt asks it again. */
function dropLastText(body: Body, text: string): void {
  const index = body.items.findLastIndex(
    (item) => item.type === 'message' && item.content.type === 'text' && item.content.text === text,
  );
  if (index >= 0) body.items.splice(index, 1);
}

function toItems(contents: OutboundContent[]): FlowItem[] {
  return contents.map((content) => ({ type: 'message', content }));
}

function promptOf(
  { answer, render, traits, isBridge }: Rendering,
  body: Body,
  asked: OpenQuestion | undefined,
): Prompt | undefined {
  const texts = textsFor(render.settings.locale);
  const { typing, prefill } = traits ?? {};
  const firstTurn = asked?.firstTurn ?? render.turn;
  const common = { firstTurn, isRepeated: asked !== undefined, typing, prefill };
  if (answer.input) {
    const { id, type } = answer.input;
    const isBodySent = !isBridge && !asked && !body.isQuestionHeld;
    const { prefilledValue } = answer.input;
    const offered = { ...answer.input, prefilledValue: prefill ? prefilledValue : undefined };
    const question = toQuestion(offered, texts);
    const words = isBridge ? bridgeTo(question, render) : (asked?.body ?? body.question);
    const { offers } = body;
    return buildPrompt({ id, type, question, body: words, isBodySent, offers, ...common }, render);
  }
  const step = nextStep(answer);
  const wait = step.type === 'webhook' ? 'webhook' : step.type === 'question' ? 'embed' : undefined;
  if (!wait) return undefined;
  const words = wait === 'embed' && isWaitingEmbed(answer.messages.at(-1)) ? embedWords(answer) : '';
  return buildPrompt(
    { id: wait, type: wait, question: { kind: wait }, body: words, isBodySent: true, ...common },
    render,
  );
}

/** The address of the embedded page, for when the prompt is repeated. */
function embedWords({ messages }: TypebotAnswer): string {
  const url = addressIn(messages.at(-1)?.content.url);
  return url === undefined ? '' : withScheme(url);
}

function paymentNotes(prompt: Prompt | undefined): FlowNote[] {
  if (prompt?.open.question.kind !== 'payment') return [];
  return [{ type: 'action.ignored', data: { action: 'payment', reason: 'not possible here' } }];
}

function cutNotes({ isCut }: TypebotAnswer): FlowNote[] {
  const description = 'the answer holds more than a conversation can take: the rest was left out';
  return isCut ? [{ type: 'typebot.log', data: { description } }] : [];
}

const MAX_LOG_LENGTH = 500;

function logNotes({ logs }: TypebotAnswer): FlowNote[] {
  return logs
    .filter((log) => log.description !== undefined)
    .map(({ description = '' }) => ({
      type: 'typebot.log',
      data: { description: cutText(description, MAX_LOG_LENGTH) },
    }));
}
