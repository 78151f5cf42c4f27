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

/** What the chain of calls of a turn does next. Stored between calls, so that a retry goes on where it was. */
export type ChainStep =
  /** `message` is what began the run, for the variable `firstMessage`; the start itself goes without it. */
  | { type: 'start'; message?: ChatMessage }
  /** `first`: it gives the first question of a run what began the run; that question is the last so many items. */
  | { type: 'answer'; message?: ChatMessage; passedOn?: boolean; first?: { promptItems: number } }
  | { type: 'automatic'; action: AutomaticAction }
  /** `endless`: the flow never waits for anybody, so it was stopped. */
  | { type: 'done'; next: NextStep | { type: 'endless' } };

/** What the chain has given so far. Plain JSON. */
export interface Chain {
  step: ChainStep;
  items: FlowItem[];
  notes: FlowNote[];
  openInput: OpenInput | null;
  typebotSessionId: string | null;
  resultId: string | null;
  refused: boolean;
  handoff: boolean;
  /** Calls made so far; a chain that does not end is given up. */
  calls: number;
  /** The Typebot session was found gone, or broken for good, and begun anew; once a turn. */
  restarted: false | 'gone' | 'broken';
  /** A run has begun and waited for nobody yet: its first question may be answered by what began it. */
  opening?: boolean;
  /** The answer that the lost session did not take, and the question it was for. */
  lost?: { openInput: OpenInput | null; reply: FirstReply };
  /** The outcome of a call of this turn was unclear. */
  unclear: boolean;
  /** An answer of this turn was lost: whether its words were read again. */
  words?: 'read' | 'lost';
  /** Null where Typebot keeps no transcript, or one that cannot be read. */
  place: TranscriptPlace | null;
  slowestCallMs: number;
}

/** A turn that is begun: all the talk activity needs to know. */
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
  /** Turns in a row before this one that ended with Typebot's own error for its session. */
  brokenTurns: number;
  place: TranscriptPlace | null;
  inputs: TurnInput[];
  /** A pause block is over: continue without a message. */
  continuation: boolean;
  /** How many continuations in a row this one ends; 0 for a turn with messages. */
  continuations: number;
  prefilledVariables: Record<string, string>;
  resultId: string | null;
  /** A call began and no answer is stored: its mark, and how long ago. */
  openCall: { mark: string; ageMs: number } | null;
  /** The mark of the first call, when it was noted together with the turn and is about to be made. */
  freshMark: string | null;
  chain: Chain | null;
  slowestCallMs: number;
  /** Longest a single call may take, and how long an unreachable Typebot is tried. */
  timeoutMs: number;
  patienceMs: number;
}

/** How a turn ended, for its session. */
export interface TurnOutcome {
  chain: Chain;
  /** Mark of the call this answer belongs to; null when none is under way. */
  mark: string | null;
  endedAs: 'completed' | 'failed' | null;
  /**
   * What went wrong, without text or secrets; shown on the session and, without one, on the configuration. `broken`: an
   * error of Typebot's own for its session.
   */
  failure: { status: number | null; reason: string; broken?: boolean } | null;
}

/** Turns in PostgreSQL. Every method is one transaction. */
export interface TurnRecords {
  /** Takes the waiting messages, or takes up a turn begun before; `over` when there is nothing to do or to say. */
  begin(
    request: TalkRequest,
  ): Promise<{ type: 'begun'; turn: BegunTurn } | { type: 'over'; result: TalkResult }>;
  /** Null when the turn was cancelled meanwhile. */
  callBegins(turn: BegunTurn, chain: Chain): Promise<string | null>;
  /** False when another attempt overtook this one, or the turn was cancelled. */
  callEnded(turn: BegunTurn, mark: string, chain: Chain): Promise<boolean>;
  /** The call was not made: nothing is wrong, it has to wait. */
  callPostponed(turn: BegunTurn): Promise<void>;
  /** The call never arrived: it may be made again as often as there is time. */
  callUnreached(turn: BegunTurn): Promise<{ failingForMs: number }>;
  /** The call failed, and may have begun the flow: it is counted. */
  callFailed(turn: BegunTurn): Promise<{ tries: number; failingForMs: number }>;
  /** Whoever made the call is gone, and it is made again: counted, but no failure of Typebot. */
  callLost(turn: BegunTurn): Promise<{ tries: number }>;
  /** What became of the call is not known: it stays begun, with what the chain has given before it. */
  callUnclear(turn: BegunTurn, chain: Chain): Promise<{ tries: number; failingForMs: number }>;
  /** How Typebot's builder is asked for the transcripts of a configuration; undefined where it may not be. */
  builderOf(typebotId: string): Promise<{ apiUrl: string; token: string } | undefined>;
  /** Stores answer, bubbles and open question; requires the turn to be still begun. */
  finish(turn: BegunTurn, outcome: TurnOutcome): Promise<TalkResult>;
  /** What an error that no port promises means. */
  troubleOf(error: unknown): Trouble;
  /**
   * Ends a turn for such an error, whatever it was doing: `unknown_message` for the contact, the reason on the session.
   * Takes the waiting messages where the turn had not begun.
   */
  abandon(request: TalkRequest, error: unknown): Promise<TalkResult>;
}

/**
 * `outage`: PostgreSQL cannot be used now. `passing`: a conflict or a time-out that another attempt may be spared.
 * `fault`: everything else, which the same work would meet again.
 */
export type Trouble = 'outage' | 'passing' | 'fault';

/** Files and voice of a turn's messages. */
export interface TurnMediaPort {
  /**
   * Keeps the files, transcribes where the typebot asks for it, and returns the messages as the bot reads them.
   * `say` is a text to the contact instead of an answer (audio that could not be understood).
   */
  prepare(turn: BegunTurn): Promise<{ messages: TurnMessage[]; say?: string }>;
}

/** Typing and read marks: best effort, never throws, never awaited by what matters. */
export interface PresencePort {
  turnBegins(turn: { instanceId: string; contactId: string; keyIds: string[] }): void;
  typing(contact: { instanceId: string; contactId: string }): void;
}
