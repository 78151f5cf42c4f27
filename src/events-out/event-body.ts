import type { EventRow } from '../store/events/session-events.js';

/** An event as the timeline of a session shows it. */
export interface TimelineEvent {
  id: string;
  type: string;
  at: string;
  data: EventRow['data'];
}

/** An event with its instance and session, as the stream and deliveries show it. */
export interface PlacedEvent extends TimelineEvent {
  instance_id: string;
  session_id: string;
}

/** `id` is a string, although it is a number in the database. */
export function toTimelineEvent(row: EventRow): TimelineEvent {
  return { id: String(row.id), type: row.type, at: row.at.toISOString(), data: row.data };
}

/** See `PlacedEvent`. */
export function toPlacedEvent(row: EventRow): PlacedEvent {
  return { ...toTimelineEvent(row), instance_id: row.instanceId, session_id: row.sessionId };
}
