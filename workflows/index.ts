/** What the worker registers. */
export { conversation } from './conversation.js';
export { endSessions } from './end-sessions.js';
export { keepMedia } from './keep-media.js';
export { outgoing } from './outgoing.js';
export { subscriptionDeliveries } from './subscription-deliveries.js';
export { reconcile, sweep } from './upkeep.js';
