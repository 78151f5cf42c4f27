import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Snapshot } from './snapshot.js';
import type { ConversationState } from './state.js';

/**
 * What API, relay and workflow share: ids, signals, query, search attributes. Only ids, counts, times, reasons and
 * settings may be in them, never text, files or secrets, because a history outlives a deleted transcript.
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

/** Id of the workflow that ends sessions after a DELETE was answered. */
export function endSessionsId(endingId: string): string {
  return `end-sessions/${endingId}`;
}

/** The argument of the workflow `conversation`. */
export interface ConversationInput {
  contactId: string;
  /** Set by continue-as-new only. */
  carried?: ConversationState;
}

/** A message is waiting. This and the next five signals differ only in name, which helps when reading a history. */
export const messageSignal = defineSignal<[Snapshot]>('message');
/** The session was paused, or a person took over. */
export const pauseSignal = defineSignal<[Snapshot]>('pause');
/** The session was resumed or reopened. */
export const resumeSignal = defineSignal<[Snapshot]>('resume');
/** The session was closed. */
export const closeSignal = defineSignal<[Snapshot]>('close');
/** The session was replaced by a new one. */
export const restartSignal = defineSignal<[Snapshot]>('restart');
/** The contact was muted or unmuted. */
export const mutedSignal = defineSignal<[Snapshot]>('muted');

/** The workflow's state, for debugging. Parley itself reads PostgreSQL instead. */
export const sessionQuery = defineQuery<ConversationState>('session');

/** Search attribute: id of the instance. */
export const parleyInstance = defineSearchAttributeKey('ParleyInstance', SearchAttributeType.KEYWORD);
/** Search attribute: the session's status, as `shownStatus`. */
export const parleyStatus = defineSearchAttributeKey('ParleyStatus', SearchAttributeType.KEYWORD);
/** Search attribute: id of the typebot of the session. */
export const parleyTypebot = defineSearchAttributeKey('ParleyTypebot', SearchAttributeType.KEYWORD);
/** Search attribute: the contact's address, masked if PARLEY_TEMPORAL_CONTACT says so. */
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

/** Deliveries are pending. `hurry`: cut a back-off short. */
export const deliveriesSignal = defineSignal<[{ hurry: boolean }]>('deliveries');

/** The activity of the workflow `subscriptionDeliveries`. */
export interface DeliveryNeeds {
  /**
   * Sends the pending deliveries of a pair, oldest first; `more`: some may be left. Fails retryably when a delivery
   * fails, with the delay until the next attempt.
   */
  deliverEvents(pair: DeliveryPair): Promise<{ more: boolean }>;
}
