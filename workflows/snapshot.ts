import type { Axes } from './axes.js';

/** The typebot's settings that the workflow needs. Of both times, 0 = off. */
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
  /** How long after its last bubble the flow continues by itself; null = it does not. */
  continueAfterMs: number | null;
}

/** The active session of a contact. */
export interface SessionSnapshot {
  id: string;
  typebotId: string;
  opening: number;
  axes: Axes;
  /** When anyone last wrote, or the session opened. */
  lastMessageAtMs: number;
  turnNo: number;
  /** Highest inbox number that waits for the bot; 0 = none. */
  waitingHigh: number;
  /** So long after the last of them more is to come for the same turn: files of an album, or of one answer. */
  gatherMs?: number;
  /** How the flow ended, while the session is still open. */
  endedAs: 'completed' | 'failed' | null;
  /** The bot falls silent once its bubbles have left: a person was asked for, or a pause waits for the answer. */
  handoff: boolean;
  settings: SettingsSnapshot;
  turn: TurnSnapshot | null;
}

/**
 * What is true of a contact, read from PostgreSQL. Every signal and activity result carries one. Every transaction that
 * the workflow must hear of raises `clock` under the contact's lock, so the snapshot with the higher clock is the newer
 * one in every respect.
 */
export interface Snapshot {
  clock: number;
  mutedUntilMs: number | null;
  session: SessionSnapshot | null;
}
