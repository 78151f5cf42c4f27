import type { ChannelCapabilities, InboundContent, OutboundContent } from './messages.js';

/** What a flow's author configured about language and pace, as the Typebot side needs it. */
export interface FlowSettings {
  locale: 'pt-BR' | 'en' | 'es';
  /** IANA name. */
  timeZone: string;
  inputHints: boolean;
  typingEmulation: boolean;
  defaultDelayMs: number;
  unknownMessage: string;
}

/** Where a flow runs: a contact on a channel, or channel `api` (no hints, no numbered options, choices as data). */
export interface FlowSurface {
  capabilities: ChannelCapabilities;
  kind: 'whatsapp' | 'api';
  openListLabel?: string;
  choicePrompt?: string;
  /** Digits of the contact's own number, when known. */
  phone?: string;
}

/** One inbound row of a turn, as the bot reads it. */
export interface TurnMessage {
  content: InboundContent;
  /** Public, unguessable, long-lived address of the stored file, when the message has one. */
  mediaUrl?: string;
  /** Turn whose question this message quotes; 0 for a question of an earlier session. */
  quotedTurn?: number;
}

/** The question a flow waits on, with all that is needed to understand the reply. Plain JSON, owned by `src/typebot`. */
export interface OpenInput {
  /** Typebot's block id, or `embed` / `webhook` for the waits that are no inputs. */
  id: string;
  type: string;
  /** Session turn in which it was asked; carried by the ids of buttons and rows. */
  turn: number;
  /** The choices as they were shown, for the `choices` of the api surfaces. */
  choices: { id: string; title: string }[];
  /**
   * The session waits for the result of this action, not for a reply. Without `action` it may have been taken already.
   */
  waitingAction?: { action?: AutomaticAction };
  [detail: string]: unknown;
}

/** `message` of Typebot's chat API (viewer 3.18); undefined = continue without message. */
export type ChatMessage =
  | { type: 'text'; text: string; attachedFileUrls?: string[]; metadata?: { replyId?: string } }
  | { type: 'audio'; url: string };

/** The longest wait of a flow, a year: a longer one in its answer counts as this one. */
export const MAX_WAIT_MS = 365 * 24 * 60 * 60_000;

/** One thing that happens towards the contact, in order. Delays in milliseconds. */
export type FlowItem =
  { type: 'message'; content: OutboundContent; typingMs?: number } | { type: 'wait'; waitMs: number };

/** A timeline note: ids, names and reasons, never message text. */
export interface FlowNote {
  type: 'action.ignored' | 'action.done' | 'typebot.log';
  data: Record<string, string | number | boolean>;
}

/** What the flow does after an answer. */
export type NextStep =
  | { type: 'question' }
  | { type: 'ended' }
  /** Continue without message once the items before it have left and `waitMs` has passed. */
  | { type: 'pause'; waitMs: number }
  /** Continue at once with what `automatic` computes. */
  | { type: 'automatic'; action: AutomaticAction }
  /** Wait for `POST /callbacks/{token}`. */
  | { type: 'webhook' };

export type AutomaticAction =
  | { type: 'script'; content: string; isCode: boolean; args: { id: string; value?: unknown }[] }
  | { type: 'http'; url: string; method: string; headers: Record<string, string>; body?: unknown }
  /** An action that needs no result (stream). */
  | { type: 'skip'; name: string };

/** How far the transcript that Typebot keeps of a result has been heard. Plain JSON, stored with the session. */
export interface TranscriptPlace {
  /** Typebot's own id of the flow, which is not the public one. */
  flowId: string;
  resultId: string;
  /** Replies that Typebot has taken. */
  replies: number;
  /** Bubbles heard since the last of them, as far as a transcript shows such. */
  bubbles: number;
}

/** Where the words of an answer that was lost stand once more. */
export interface LostWords {
  /** Root of Typebot's builder, and a token of its API. */
  apiUrl: string;
  token: string;
  place: TranscriptPlace;
  /** The lost answer was one to a reply, which the transcript shows. */
  isReply: boolean;
  /** A builder that is not reached is not asked again. */
  isLastTry: boolean;
}

/** One answer of Typebot, rendered for the channel. */
export interface FlowAnswer {
  typebotSessionId?: string;
  resultId?: string;
  /** Set by the start of a result that has no earlier run. */
  place?: TranscriptPlace;
  /** Bubbles that a transcript shows. */
  bubbles: number;
  items: FlowItem[];
  /** How many of the items, the last ones, put the question. */
  promptItems: number;
  /** The flow said nothing: what the items hold is Parley's own, such as the hint of an input without words. */
  silent: boolean;
  next: NextStep;
  openInput: OpenInput | null;
  notes: FlowNote[];
  /** The reply was refused: the same question is still open. */
  refused: boolean;
  /** A chatwoot block: the author wants a person now. */
  handoff: boolean;
}

export interface TypebotTarget {
  /** Viewer root, trailing slash or not, path prefix kept. */
  typebotUrl: string;
  publicId: string;
}

export interface RenderContext {
  settings: FlowSettings;
  surface: FlowSurface;
  /** Session turn number; goes into button and row ids. */
  turn: number;
  /** The session's id; ids of buttons and rows are bound to it. */
  session: string;
  /** The question that was open when the reply was sent, to recognise a refusal. */
  asked: OpenInput | null;
  nowMs: number;
}

/** A start goes without a message: with one, a viewer runs for ever on a flow that says nothing at first. */
export interface StartChatRequest extends TypebotTarget {
  prefilledVariables: Record<string, string>;
  resultId?: string;
  render: RenderContext;
  signal?: AbortSignal;
}

export interface ContinueChatRequest extends TypebotTarget {
  typebotSessionId: string;
  message?: ChatMessage;
  /** The message went through as written, since no reading fitted: the flow's own validation speaks. */
  passedOn?: boolean;
  render: RenderContext;
  signal?: AbortSignal;
}

/** What to do with the messages of a turn, given the open question. */
export type ReplyDecision =
  /** Send this to Typebot. `passedOn`: no reading fitted, it goes through as written. */
  | { type: 'send'; message: ChatMessage | undefined; passedOn?: boolean }
  /** Send nothing; show these (hint and prompt, or the present prompt after a stale tap). */
  | { type: 'show'; items: OutboundContent[]; openInput: OpenInput; refused: boolean }
  /** No question could read it: the typebot's `unknown_message` applies. */
  | { type: 'unreadable' };

/** A message that answers the first question of a run. */
export interface FirstReply {
  message: ChatMessage;
  passedOn: boolean;
}

export type Look =
  | { type: 'same' }
  | { type: 'moved'; answer: FlowAnswer; taken: boolean; words?: 'read' | 'lost' }
  | { type: 'gone'; answer?: FlowAnswer };

/** The Typebot viewer, and the understanding of what it says. Throws `TypebotFailure` only. */
export interface TypebotPort {
  start(request: StartChatRequest): Promise<FlowAnswer>;
  continue(request: ContinueChatRequest): Promise<FlowAnswer>;
  /**
   * After an unclear outcome: a continue without message, which changes nothing where an input waits and returns it.
   * `same`: the reply did not arrive. `moved`: it did; `answer` is the new prompt, with the words that were `lost` where
   * they can be read again, else with a short bridge. Not `taken`: the session waited for the result of an action, and
   * has gone on without it. `gone`: the flow is over; `answer` holds its last words, if read.
   */
  look(request: ContinueChatRequest & { lost?: LostWords }): Promise<Look>;
  /** Computes the dedicated reply of an action. Never throws: an error is a reply without message and a note. */
  automatic(
    action: AutomaticAction,
    flow: TypebotTarget & { settings: FlowSettings },
  ): Promise<{ message?: ChatMessage; notes: FlowNote[] }>;
  /** Pure: reads the messages of a turn as the answer to the open question, or as a first message when there is none. */
  read(messages: TurnMessage[], open: OpenInput | null, render: RenderContext): ReplyDecision;
  /**
   * Pure: what the messages that began a run answer to its first question. Undefined where that question takes no
   * text, or where they are no answer that could be sent.
   */
  readFirst(messages: TurnMessage[], open: OpenInput, render: RenderContext): FirstReply | undefined;
  /** A line in Typebot's own result log, which the flow's author sees. Best effort, never throws. */
  clientLog(
    request: TypebotTarget & { typebotSessionId: string; description: string; details?: string },
  ): Promise<void>;
  /** Uploads a file for a file input through Typebot's own store; undefined when it cannot (use our URL). */
  upload(
    request: TypebotTarget & {
      typebotSessionId: string;
      blockId: string;
      fileName: string;
      mimeType: string;
      bytes: Uint8Array;
    },
  ): Promise<string | undefined>;
}

/**
 * Why a Typebot call did not give an answer.
 * - `unreachable`: nothing arrived there (refused, DNS, TLS), or 429, 503: safe to repeat with back-off.
 * - `crowded`: too many calls of this host are under way here; nothing was sent, and nothing is wrong with it.
 * - `broken`: Typebot's own 500 or 408: the session has not moved; a few tries.
 * - `unclear`: time-out, reset, 502, 504: the reply may have been taken.
 * - `gone`: 404 of a session.
 * - `refused`: any other 4xx; `contactText` is the closing text of a closed bot.
 */
export class TypebotFailure extends Error {
  constructor(
    readonly kind: 'unreachable' | 'crowded' | 'broken' | 'unclear' | 'gone' | 'refused',
    readonly detail: {
      status?: number;
      retryAfterMs?: number;
      contactText?: string;
      timedOut?: boolean;
      reason: string;
    },
  ) {
    super(`typebot ${kind}: ${detail.reason}`);
    this.name = 'TypebotFailure';
  }
}
