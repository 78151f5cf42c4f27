import type { EventRow } from '../store/events/session-events.js';

/** An event of the timeline. */
export interface TimelineEvent {
  id: string;
  type: string;
  at: string;
  data: EventRow['data'];
}

/** The same event where it stands among those of other sessions: on the stream and in deliveries. */
export interface PlacedEvent extends TimelineEvent {
  instance_id: string;
  session_id: string;
}

/** The event as the timeline shows it; `id` is the text of its number. */
export function toTimelineEvent(row: EventRow): TimelineEvent {
  return { id: String(row.id), type: row.type, at: row.at.toISOString(), data: row.data };
}

/** The event as stream and deliveries show it. */
export function toPlacedEvent(row: EventRow): PlacedEvent {
  return { ...toTimelineEvent(row), instance_id: row.instanceId, session_id: row.sessionId };
}
