import type { Axes } from './axes.js';

/** Settings of the typebot that the workflow itself needs. 0 = off, for both times. */
export interface SettingsSnapshot {
  version: number;
  debounceMs: number;
  expireMs: number;
}

/** The last turn, when something of it is still to do. */
export interface TurnSnapshot {
  number: number;
  state: 'begun' | 'answered';
  unsent: number;
  /** After its bubbles the flow goes on by itself, so many milliseconds later. */
  continueAfterMs: number | null;
}

/** The active session of a contact. */
export interface SessionSnapshot {
  id: string;
  typebotId: string;
  opening: number;
  axes: Axes;
  /** Last message of anyone, or the opening. */
  lastMessageAtMs: number;
  turnNo: number;
  /** Highest inbox number that waits for the bot; 0 = none. */
  waitingHigh: number;
  /** So long after the last of them more is to come for the same turn: files of an album, or of one answer. */
  gatherMs?: number;
  /** The flow is over and the session not yet closed. */
  endedAs: 'completed' | 'failed' | null;
  /** Once its bubbles have left, the bot gives the word away: a person was asked for, or a pause waits for the answer. */
  handoff: boolean;
  settings: SettingsSnapshot;
  turn: TurnSnapshot | null;
}

/**
 * What is true of a contact, read from PostgreSQL. Every signal and every activity result carries one. `clock` is
 * raised under the contact's lock by every transaction the workflow must hear of, so that of two snapshots the one
 * with the higher clock is the later one, in every respect.
 */
export interface Snapshot {
  clock: number;
  mutedUntilMs: number | null;
  session: SessionSnapshot | null;
}
