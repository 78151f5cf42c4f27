import type { Event } from './decide.js';
import type { Snapshot } from './snapshot.js';

/** More is to come for the turn that waits. */
export function isGathering(event: Event): boolean {
  return (snapshotOf(event)?.session?.gatherMs ?? 0) > 0;
}

/** The event as it was before albums were waited for: histories recorded then go on as they went. */
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
