import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Axes } from './axes.js';
import type { ConversationState } from './state.js';

/**
 * What API, relay and workflow agree on: ids, signals, query, search attributes. Ids, counts, times, reasons and
 * settings only; never a text, a file or a secret (conversation 3).
 */

/** Id of the one conversation of a contact on an instance (conversation 2). */
export function conversationId(instanceId: string, contactId: string): string {
  return `conversation/${instanceId}/${contactId}`;
}

/** Id of the workflow that sends one operator's or scheduled message. */
export function outgoingId(outboxId: string): string {
  return `outgoing/${outboxId}`;
}

/** Id of the workflow that keeps the file of one inbound message. */
export function keepMediaId(inboxId: string): string {
  return `media/${inboxId}`;
}

/** Id of the workflow that goes on ending sessions after a DELETE was answered. */
export function endSessionsId(endingId: string): string {
  return `end-sessions/${endingId}`;
}

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
  /** The flow is over and the session not yet closed. */
  endedAs: 'completed' | 'failed' | null;
  /** The flow asks for a person once its bubbles have left. */
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

export interface ConversationInput {
  contactId: string;
  /** Set by continue-as-new only. */
  carried?: ConversationState;
}

export const messageSignal = defineSignal<[Snapshot]>('message');
export const pauseSignal = defineSignal<[Snapshot]>('pause');
export const resumeSignal = defineSignal<[Snapshot]>('resume');
export const closeSignal = defineSignal<[Snapshot]>('close');
export const restartSignal = defineSignal<[Snapshot]>('restart');
export const mutedSignal = defineSignal<[Snapshot]>('muted');

/** For people and debugging: the state as the workflow holds it. The product reads PostgreSQL. */
export const sessionQuery = defineQuery<ConversationState>('session');

export const parleyInstance = defineSearchAttributeKey('ParleyInstance', SearchAttributeType.KEYWORD);
export const parleyStatus = defineSearchAttributeKey('ParleyStatus', SearchAttributeType.KEYWORD);
export const parleyTypebot = defineSearchAttributeKey('ParleyTypebot', SearchAttributeType.KEYWORD);
export const parleyContact = defineSearchAttributeKey('ParleyContact', SearchAttributeType.KEYWORD);
