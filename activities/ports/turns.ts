import type { TalkRequest, TalkResult } from '../../workflows/needs.js';
import type { InboundContent } from './messages.js';
import type {
  AutomaticAction,
  ChatMessage,
  FirstReply,
  FlowItem,
  FlowNote,
  FlowSettings,
  FlowSurface,
  NextStep,
  OpenInput,
  TranscriptPlace,
  TurnMessage,
  TypebotTarget,
} from './typebot.js';

/** One message of a turn as stored. */
export interface TurnInput {
  inboxId: string;
  origin: 'channel' | 'start' | 'surface' | 'callback';
  content: InboundContent;
  /** Turn whose question this message quotes; 0 for a question of an earlier session. */
  quotedTurn: number | null;
  keyId: string | null;
}

/** What the chain of calls of a turn does next. Stored between calls, so that a retry continues from there. */
export type ChainStep =
  /** `message` is what began the run. It becomes the variable `firstMessage`, not the message of the start. */
  | { type: 'start'; message?: ChatMessage }
  /**
   * `first`: the words that began the run are tried as the answer to its first question, the last `promptItems` items.
   */
  | { type: 'answer'; message?: ChatMessage; passedOn?: boolean; first?: { promptItems: number } }
  | { type: 'automatic'; action: AutomaticAction }
  /** `endless`: the flow makes calls without end and was stopped. */
  | { type: 'done'; next: NextStep | { type: 'endless' } };

/** The chain of calls of a turn, and what it has produced so far. Plain JSON. */
export interface Chain {
  step: ChainStep;
  items: FlowItem[];
  /** How many of the items are stored as bubbles already, because nothing can take them back. Absent: none. */
  stored?: number;
  notes: FlowNote[];
  openInput: OpenInput | null;
  typebotSessionId: string | null;
  resultId: string | null;
  refused: boolean;
  handoff: boolean;
  /** Calls made so far; see `MAX_CALLS`. */
  calls: number;
  /** Why the Typebot session was started again: it was gone, or met only errors. At most once per turn. */
  restarted: false | 'gone' | 'broken';
  /** A run has just begun; its first question may be answered by what began it. */
  opening?: boolean;
  /** The answer that the lost session did not accept, and the question it was for. */
  lost?: { openInput: OpenInput | null; reply: FirstReply };
  /** The outcome of a call of this turn was unclear. */
  unclear: boolean;
  /** Set if an answer of Typebot was lost: whether its text could be read from the transcript. */
  words?: 'read' | 'lost';
  /** Null if Typebot keeps no transcript, or one that cannot be used. */
  place: TranscriptPlace | null;
  slowestCallMs: number;
}

/** A turn that has begun, with all that the activity needs to know. */
export interface BegunTurn {
  sessionId: string;
  contactId: string;
  instanceId: string;
  turn: number;
  typebot: TypebotTarget & { id: string };
  settings: FlowSettings;
  surface: FlowSurface;
  typebotSessionId: string | null;
  openInput: OpenInput | null;
  /** How many consecutive turns before this one ended with an error of Typebot's own. */
  brokenTurns: number;
  place: TranscriptPlace | null;
  inputs: TurnInput[];
  /** The pause of a flow is over: continue without a message. */
  continuation: boolean;
  /** How many consecutive continuations there were, including this turn; 0 for a turn with messages. */
  continuations: number;
  prefilledVariables: Record<string, string>;
  resultId: string | null;
  /** A call that has begun and whose answer is not stored: its mark and its age. */
  openCall: { mark: string; ageMs: number } | null;
  /** The mark of the first call, if it was recorded together with the turn. */
  freshMark: string | null;
  known: KnownCall;
  chain: Chain | null;
  slowestCallMs: number;
  /** Time limit of one call, and for how long an unreachable Typebot is tried. */
  timeoutMs: number;
  patienceMs: number;
}

/**
 * The call that an attempt takes to be the open one; only the records write it. A worker that was frozen may wake when
 * another attempt has long gone on, so what it says about a call is stored only while this is the open one.
 */
export interface KnownCall {
  /** Null: no call is open. Undefined: the attempt has not seen the turn yet. */
  mark: string | null | undefined;
  /** When the mark was asked for, by `performance.now()`. */
  sinceMs: number;
}

/** How a turn ended, to be recorded on its session. */
export interface TurnOutcome {
  chain: Chain;
  /** Mark of the call that the answer belongs to; null when none is under way. */
  mark: string | null;
  endedAs: 'completed' | 'failed' | null;
  /**
   * What went wrong, without message text or secrets; shown on the session and on its typebot. `broken`: it was an
   * error of Typebot's own in an existing Typebot session.
   */
  failure: { status: number | null; reason: string; broken?: boolean } | null;
}

/**
 * Turns in PostgreSQL. Every method is one transaction. Those about a call, and `abandon`, throw, so that Temporal tries
 * again, when another attempt has begun a call since (`KnownCall`).
 */
export interface TurnRecords {
  /**
   * Begins a turn with the waiting messages, or continues one begun before; `over` when there is nothing to do. Fills
   * `known` as soon as this is committed, and hands it on with the turn.
   */
  begin(
    request: TalkRequest,
    known: KnownCall,
  ): Promise<{ type: 'begun'; turn: BegunTurn } | { type: 'over'; result: TalkResult }>;
  /** Records that a call begins and returns its mark; null when another attempt overtook this one or the turn is over. */
  callBegins(turn: BegunTurn, chain: Chain): Promise<string | null>;
  /** Stores the chain after a call; false when another attempt overtook this one or the turn was cancelled. */
  callEnded(turn: BegunTurn, mark: string, chain: Chain): Promise<boolean>;
  /**
   * The same, and stores the first `upTo` items as bubbles, which may be sent at once through the gate of this number.
   * Undefined when another attempt overtook this one or the turn was cancelled.
   */
  saySoFar(
    turn: BegunTurn,
    mark: string,
    chain: Chain,
    upTo: number,
  ): Promise<{ chain: Chain; gateNo: number } | undefined>;
  /** The call was not made, because it has to wait; this is no failure. */
  callPostponed(turn: BegunTurn): Promise<void>;
  /** The call never arrived; it may be repeated as often as there is time. */
  callUnreached(turn: BegunTurn): Promise<{ failingForMs: number }>;
  /** The call failed but may have had an effect, so it is counted. */
  callFailed(turn: BegunTurn): Promise<{ tries: number; failingForMs: number }>;
  /** The worker that made the call died, and it is repeated: counted, but not as a failure of Typebot. */
  callLost(turn: BegunTurn): Promise<{ tries: number }>;
  /** The outcome of the call is unknown: it stays open, together with the chain before it. */
  callUnclear(turn: BegunTurn, chain: Chain): Promise<{ tries: number; failingForMs: number }>;
  /** Notes, for people who look at it, in how many milliseconds the turn is tried again. */
  noteNextAttempt(turn: BegunTurn, inMs: number): Promise<void>;
  /** Where and how to read the transcripts of a typebot; undefined if this is not configured. */
  builderOf(typebotId: string): Promise<{ apiUrl: string; token: string } | undefined>;
  /** Stores answer, bubbles and open question, if the turn is still open. */
  finish(turn: BegunTurn, outcome: TurnOutcome): Promise<TalkResult>;
  /** Classifies an unexpected error. */
  troubleOf(error: unknown): Trouble;
  /**
   * Ends a turn because of an unexpected error: the contact gets `unknown_message`, the session the reason. If the turn
   * had not begun, it begins with the waiting messages and ends at once.
   */
  abandon(request: TalkRequest, known: KnownCall, error: unknown): Promise<TalkResult>;
}

/**
 * Kinds of unexpected errors. `outage`: PostgreSQL cannot be used now. `passing`: a conflict or time-out that another
 * attempt may not meet. `fault`: anything else, which would recur.
 */
export type Trouble = 'outage' | 'passing' | 'fault';

/** The files and voice messages of a turn. */
export interface TurnMediaPort {
  /**
   * Keeps the files, transcribes audio if configured, and returns the messages as the bot reads them. `say`: a text for
   * the contact instead of an answer, for audio that could not be understood.
   */
  prepare(turn: BegunTurn): Promise<{ messages: TurnMessage[]; say?: string }>;
}

/** Typing and read marks. Best effort: never throws, and nothing waits for it. */
export interface PresencePort {
  turnBegins(turn: { instanceId: string; contactId: string; keyIds: string[] }): void;
  typing(contact: { instanceId: string; contactId: string }): void;
}
