import type { InboundEvent } from '../../activities/ports/messages.js';
import type { EventOutcome } from '../channels/channel.js';
import type { InstanceRow } from '../store/rows.js';

/** What the webhook routes hand over. Both methods throw only when PostgreSQL fails. */
export interface InboundPort {
  /**
   * Takes the parsed events of one webhook, in order; resolves once everything durable is committed, with one
   * outcome for each event. `receivedAt` in milliseconds.
   */
  accept(instance: InstanceRow, events: InboundEvent[], receivedAt: number): Promise<EventOutcome[]>;
  /** `POST /callbacks/{token}` (contract 3): false when no flow waits for this token. */
  callback(token: string, json: unknown): Promise<boolean>;
}
