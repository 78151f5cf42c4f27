import type { Event } from './decide.js';
import type { Snapshot } from './snapshot.js';

/** Whether the event says that more messages are expected for the same turn. */
export function isGathering(event: Event): boolean {
  return (snapshotOf(event)?.session?.gatherMs ?? 0) > 0;
}

/** The event without that information, so that histories recorded before albums were waited for still replay. */
export function withoutGather(event: Event): Event {
  switch (event.type) {
    case 'signal':
    case 'changed':
      return { ...event, snapshot: plain(event.snapshot) };
    case 'talked':
      return { ...event, result: { ...event.result, snapshot: plain(event.result.snapshot) } };
    case 'delivered':
      return { ...event, result: { ...event.result, snapshot: plain(event.result.snapshot) } };
    default:
      return event;
  }
}

function snapshotOf(event: Event): Snapshot | undefined {
  if ('snapshot' in event) return event.snapshot;
  return 'result' in event ? event.result.snapshot : undefined;
}

function plain(snapshot: Snapshot): Snapshot {
  return snapshot.session === null
    ? snapshot
    : { ...snapshot, session: { ...snapshot.session, gatherMs: 0 } };
}
