import type { Axes } from './axes.js';

/** The typebot's settings that the workflow needs. A time of 0 means off. */
export interface SettingsSnapshot {
  version: number;
  debounceMs: number;
  expireMs: number;
}

/** The last turn, while it is unfinished. */
export interface TurnSnapshot {
  number: number;
  state: 'begun' | 'answered';
  unsent: number;
  /** How long after its last bubble the flow continues by itself; null: it does not. */
  continueAfterMs: number | null;
}

/** The active session of a contact. */
export interface SessionSnapshot {
  id: string;
  typebotId: string;
  opening: number;
  axes: Axes;
  /** When somebody last wrote, or the session was opened. */
  lastMessageAtMs: number;
  turnNo: number;
  /** Highest inbox number that waits for the bot; 0: none. */
  waitingHigh: number;
  /** How long to wait for further messages that belong to the same turn: files of an album, or of one answer. */
  gatherMs?: number;
  /** How the flow ended, while the session is still open. */
  endedAs: 'completed' | 'failed' | null;
  /** The bot must fall silent once its bubbles were sent: a person was asked for, or a pause waits for that. */
  handoff: boolean;
  settings: SettingsSnapshot;
  turn: TurnSnapshot | null;
}

/**
 * What is true of a contact, read from PostgreSQL; every signal and activity result carries one. Every transaction that
 * concerns the workflow raises `clock` under the contact's lock, so a snapshot with a higher clock is newer in every
 * respect.
 */
export interface Snapshot {
  clock: number;
  mutedUntilMs: number | null;
  /** All bots of the contact's number are silenced. */
  silenced?: boolean;
  session: SessionSnapshot | null;
}
