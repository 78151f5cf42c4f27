import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Snapshot } from './snapshot.js';
import type { ConversationState } from './state.js';

/**
 * What API, relay and workflow agree on: ids, signals, query, search attributes. Only ids, counts, times, reasons and
 * settings, never a text, a file or a secret: a history outlives a transcript that was deleted.
 */

/** Workflow id of a contact's conversation on an instance. */
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

/** Events of one session for one subscription; ids only. */
export interface DeliveryPair {
  subscriptionId: string;
  sessionId: string;
}

/** Id of the one workflow that sends a session's events to a subscription, in order. */
export function subscriptionDeliveriesId(pair: DeliveryPair): string {
  return `subscription/${pair.subscriptionId}/${pair.sessionId}`;
}

/** Something waits to be sent. `hurry`: cut a back-off short. */
export const deliveriesSignal = defineSignal<[{ hurry: boolean }]>('deliveries');

/** What the workflow asks of the outside. */
export interface DeliveryNeeds {
  /**
   * Sends the pending deliveries of a pair, oldest first; `more`: some may be left. When the subscriber refuses one, it
   * fails retryably and gives the delay until the next attempt.
   */
  deliverEvents(pair: DeliveryPair): Promise<{ more: boolean }>;
}
