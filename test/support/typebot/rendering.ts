import type {
  ChannelCapabilities,
  InboundContent,
  OutboundContent,
} from '../../../activities/ports/messages.js';
import type {
  ChatMessage,
  FlowAnswer,
  FlowSettings,
  FlowSurface,
  OpenInput,
  RenderContext,
  ReplyDecision,
  TurnMessage,
} from '../../../activities/ports/typebot.js';
import { read } from '../../../src/typebot/reply/read.js';
import { renderAnswer, type FlowTraits } from '../../../src/typebot/render.js';
import { readAnswer, type TypebotAnswer } from '../../../src/typebot/wire.js';
import type { EngineInput } from './engine.js';
import { textBubble } from './stand-in.js';

const capabilities: ChannelCapabilities = {
  buttons: 3,
  buttonMediaHeader: true,
  list: true,
  ctaUrl: true,
  locationRequest: true,
  template: true,
  sticker: true,
  reaction: true,
  typing: true,
  markRead: true,
  clientMessageId: false,
  statusCorrelation: true,
  ordersMedia: false,
  window24h: true,
  maxText: 4096,
  maxCaption: 1024,
  maxButtonBody: 1024,
  maxButtonTitle: 20,
  maxListBody: 1024,
  maxRowTitle: 24,
  maxRows: 10,
};

/** A channel with buttons and lists, one with text only, and the HTTP surfaces. */
export const surfaces = {
  native: { kind: 'whatsapp', capabilities },
  textOnly: { kind: 'whatsapp', capabilities: { ...capabilities, buttons: 0, list: false } },
  api: { kind: 'api', capabilities: { ...capabilities, buttons: 0, list: false } },
} satisfies Record<string, FlowSurface>;

/** Friday 20 November 2026, 23:46 UTC: when the recordings were made. */
export const RECORDED_AT_MS = Date.UTC(2026, 10, 20, 23, 46);

export interface Setting {
  surface?: FlowSurface;
  settings?: Partial<FlowSettings>;
  turn?: number;
  asked?: OpenInput | null;
  traits?: FlowTraits;
  nowMs?: number;
}

/** A render context at the time of the recordings; in English and UTC by default. */
export function rendering(setting: Setting = {}): RenderContext {
  const { surface, settings, turn = 1, asked = null, nowMs = RECORDED_AT_MS } = setting;
  return {
    settings: {
      locale: 'en',
      timeZone: 'UTC',
      inputHints: true,
      typingEmulation: false,
      defaultDelayMs: 0,
      unknownMessage: '',
      ...settings,
    },
    surface: surface ?? surfaces.native,
    turn,
    session: 'session-of-tests',
    asked,
    nowMs,
  };
}

/** Parses a viewer's JSON answer. */
export function answerOf(json: unknown): TypebotAnswer {
  const answer = readAnswer(json);
  if (!answer) throw new Error('not an answer');
  return answer;
}

/** Renders an answer. `understood`: the reply that it answers; without it, the reply had been passed on as written. */
export function show(json: unknown, setting: Setting = {}, understood?: ChatMessage): FlowAnswer {
  const passedOn = understood === undefined;
  const { traits } = setting;
  return renderAnswer({
    ...{ answer: answerOf(json), render: rendering(setting), passedOn, traits },
    isFirst: false,
  });
}

/** The messages of an answer, without waits. */
export function contents({ items }: FlowAnswer): OutboundContent[] {
  return items.flatMap((item) => (item.type === 'message' ? [item.content] : []));
}

/** The open question for an input that follows a bubble "Question?". */
export function ask(input: EngineInput, setting: Setting = {}): OpenInput {
  const { openInput } = show({ messages: [textBubble('q', 'Question?')], input }, setting);
  if (!openInput) throw new Error('nothing asked');
  return openInput;
}

/** The decision about messages as the answer to an input. Texts may be given as strings. */
export function replyTo(
  input: EngineInput | OpenInput | null,
  reply: string | InboundContent | TurnMessage[],
  setting: Setting = {},
): ReplyDecision {
  const open = input === null || isOpen(input) ? input : ask(input, setting);
  const messages: TurnMessage[] =
    typeof reply === 'string'
      ? [{ content: { contentType: 'text', text: reply } }]
      : Array.isArray(reply)
        ? reply
        : [{ content: reply }];
  return read(messages, open, rendering({ turn: (open?.turn ?? 0) + 1, ...setting, asked: open }));
}

function isOpen(input: EngineInput | OpenInput): input is OpenInput {
  return 'turn' in input;
}

/** The text that a decision sends; undefined if it sends none. */
export function sentText(decision: ReplyDecision): string | undefined {
  return decision.type === 'send' && decision.message?.type === 'text' ? decision.message.text : undefined;
}

/** The texts and bodies that a decision shows. */
export function shownTexts(decision: ReplyDecision): string[] {
  return decision.type === 'show' ? decision.items.map(wordsOfContent) : [];
}

/** The text that a contact reads in a message. */
export function wordsOfContent(content: OutboundContent): string {
  switch (content.type) {
    case 'text':
      return content.text;
    case 'buttons':
    case 'list':
      return content.body;
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return content.caption ?? '';
    default:
      return '';
  }
}
