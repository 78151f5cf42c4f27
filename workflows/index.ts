/** The workflows that the worker registers. */
export { conversation } from './conversation.js';
export { endSessions } from './jobs/end-sessions.js';
export { keepMedia } from './jobs/keep-media.js';
export { outgoing } from './jobs/outgoing.js';
export { subscriptionDeliveries } from './jobs/subscription-deliveries.js';
export { reconcile, sweep } from './jobs/upkeep.js';
