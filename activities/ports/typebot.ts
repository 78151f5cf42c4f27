import type { ChannelCapabilities, InboundContent, OutboundContent } from './messages.js';

/** The settings of a typebot that affect language and pace. */
export interface FlowSettings {
  locale: 'pt-BR' | 'en' | 'es';
  /** IANA name. */
  timeZone: string;
  inputHints: boolean;
  typingEmulation: boolean;
  defaultDelayMs: number;
  unknownMessage: string;
}

/** Where a flow is shown: on WhatsApp, or over `api` (no hints, no numbered options, choices as data). */
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
  /** Public, unguessable, long-lived address of the message's file, if it has one. */
  mediaUrl?: string;
  /** Turn of the question that this message quotes; 0 for a question of an earlier session. */
  quotedTurn?: number;
}

/**
 * The question a flow waits on, with all that is needed to read the reply. Plain JSON that only `src/typebot` reads.
 */
export interface OpenInput {
  /** Typebot's block id, or `embed` or `webhook` when the flow waits for something other than an input. */
  id: string;
  type: string;
  /** Session turn in which it was asked; part of the ids of its buttons and rows. */
  turn: number;
  /** The choices as shown; `choices` in the answers of the HTTP surfaces. */
  choices: { id: string; title: string }[];
  /**
   * The session waits for the result of this action, not for a reply. Without `action`, the result may already have
   * been delivered.
   */
  waitingAction?: { action?: AutomaticAction };
  [detail: string]: unknown;
}

/** `message` of Typebot's chat API (viewer 3.18). */
export type ChatMessage =
  | { type: 'text'; text: string; attachedFileUrls?: string[]; metadata?: { replyId?: string } }
  | { type: 'audio'; url: string };

/** The longest wait of a flow: one year. Longer ones are shortened to it. */
export const MAX_WAIT_MS = 365 * 24 * 60 * 60_000;

/** A message to the contact, shown as typing for `typingMs` first, or a pause before the next one. */
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
  /** Continue without a message once the answer's items were sent and `waitMs` has passed. */
  | { type: 'pause'; waitMs: number }
  /** Continue at once with what `automatic` computes. */
  | { type: 'automatic'; action: AutomaticAction }
  /** Wait for `POST /callbacks/{token}`. */
  | { type: 'webhook' };

/** An action that Parley performs in place of a browser; its result is the flow's next reply. */
export type AutomaticAction =
  | { type: 'script'; content: string; isCode: boolean; args: { id: string; value?: unknown }[] }
  | { type: 'http'; url: string; method: string; headers: Record<string, string>; body?: unknown }
  /** An action that Parley does not perform, such as a stream; the flow continues without a result. */
  | { type: 'skip'; name: string };

/** How much of Typebot's transcript of a result has arrived here. Plain JSON, stored with the session. */
export interface TranscriptPlace {
  /** Typebot's internal id of the flow, not its public id. */
  flowId: string;
  resultId: string;
  /** Replies that Typebot has accepted. */
  replies: number;
  /** Bubbles that arrived since the last reply; only those of types that a transcript shows. */
  bubbles: number;
}

/** Where the text of a lost answer can be read again: Typebot's transcript of the result. */
export interface LostWords {
  /** Root of Typebot's builder, and a token of its API. */
  apiUrl: string;
  token: string;
  place: TranscriptPlace;
  /** The lost answer was to a reply, which the transcript therefore shows too. */
  isReply: boolean;
  /** If the builder cannot be reached, give up instead of throwing. */
  isLastTry: boolean;
}

/** One answer of Typebot, rendered for the channel. */
export interface FlowAnswer {
  typebotSessionId?: string;
  resultId?: string;
  /** Set by the start of a result that has no earlier run. */
  place?: TranscriptPlace;
  /** How many of its bubbles a transcript would show. */
  bubbles: number;
  items: FlowItem[];
  /** How many of the last items ask the question. */
  promptItems: number;
  /** The flow sent no bubble: all items are Parley's own, such as the hint for an input without a question. */
  silent: boolean;
  next: NextStep;
  openInput: OpenInput | null;
  notes: FlowNote[];
  /** The reply was refused: the same question is still open. */
  refused: boolean;
  /** A chatwoot block: the author wants a person now. */
  handoff: boolean;
}

/** A flow and the viewer that runs it. */
export interface TypebotTarget {
  /** Viewer root, trailing slash or not, path prefix kept. */
  typebotUrl: string;
  publicId: string;
}

/**
 * How a viewer answers the start of a chat that runs no block. `closed`: the flow exists but accepts no visitors;
 * `not_typebot`: something answers at the address, but it is not a viewer.
 */
export interface FlowTrial {
  outcome: 'found' | 'not_found' | 'closed' | 'refused' | 'not_typebot' | 'unreachable';
  /** Typebot's own message or the network error; empty if there is nothing to add. */
  detail: string;
}

/** Asks a viewer whether it serves a flow. Never throws. */
export type TryFlow = (target: TypebotTarget) => Promise<FlowTrial>;

/** All that decides how an answer is rendered and a reply is read. */
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

/** Has no message: given one, a viewer loops forever on a flow that does not begin with a bubble. */
export interface StartChatRequest extends TypebotTarget {
  prefilledVariables: Record<string, string>;
  resultId?: string;
  render: RenderContext;
  signal?: AbortSignal;
}

/** Without `message`, the flow is continued without a reply. */
export interface ContinueChatRequest extends TypebotTarget {
  typebotSessionId: string;
  message?: ChatMessage;
  /** Parley could not read the reply as an answer and sent it as written; the flow's own validation decides. */
  passedOn?: boolean;
  render: RenderContext;
  signal?: AbortSignal;
}

/** What to do with the messages of a turn. */
export type ReplyDecision =
  /** Send this to Typebot. `passedOn`: it could not be read as an answer and is sent as written. */
  | { type: 'send'; message: ChatMessage | undefined; passedOn?: boolean }
  /** Send nothing to Typebot; show these instead: a hint, or the current question again after a tap on an old one. */
  | { type: 'show'; items: OutboundContent[]; openInput: OpenInput; refused: boolean }
  /** Messages that answer no kind of question; the typebot's `unknown_message` is sent. */
  | { type: 'unreadable' };

/** A message that answers the first question of a run. */
export interface FirstReply {
  message: ChatMessage;
  passedOn: boolean;
}

/** What a look found; see `TypebotPort.look`. */
export type Look =
  | { type: 'same' }
  | { type: 'moved'; answer: FlowAnswer; taken: boolean; words?: 'read' | 'lost' }
  | { type: 'ended'; answer: FlowAnswer; words: 'read' | 'lost' };

/** Talks to a Typebot viewer, renders its answers and reads replies to them. Throws `TypebotFailure` only. */
export interface TypebotPort {
  start(request: StartChatRequest): Promise<FlowAnswer>;
  continue(request: ContinueChatRequest): Promise<FlowAnswer>;
  /**
   * Finds out what became of a reply whose outcome is unclear, by continuing without a message: a waiting input is
   * returned unchanged. `same`: the reply did not arrive. `moved`: it did, and `answer` holds the new question with the
   * `lost` bubbles if they could be read (`words`), else with a short bridge. `moved` and not `taken`: the session was
   * waiting for the result of an action and has continued without it. `ended`: the flow has ended; `answer` holds its
   * last bubbles, or a sentence in their place. Throws `gone` if the session was lost and the reply certainly not taken.
   */
  look(request: ContinueChatRequest & { lost?: LostWords }): Promise<Look>;
  /** Performs an action and returns the reply for Typebot. Never throws: a failure is a note and no message. */
  automatic(
    action: AutomaticAction,
    flow: TypebotTarget & { settings: FlowSettings },
  ): Promise<{ message?: ChatMessage; notes: FlowNote[] }>;
  /** Pure. Reads the messages of a turn as the answer to the open question, or as a first message if none is open. */
  read(messages: TurnMessage[], open: OpenInput | null, render: RenderContext): ReplyDecision;
  /**
   * Pure. Reads the messages that began a run as the answer to its first question. Undefined if that question takes no
   * text, or if they are no answer to it.
   */
  readFirst(messages: TurnMessage[], open: OpenInput, render: RenderContext): FirstReply | undefined;
  /** Adds a line to Typebot's result log, which the flow's author sees. Best effort, never throws. */
  clientLog(
    request: TypebotTarget & { typebotSessionId: string; description: string; details?: string },
  ): Promise<void>;
  /** Uploads a file to Typebot's own storage; undefined when that fails, and the caller uses Parley's own URL. */
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
