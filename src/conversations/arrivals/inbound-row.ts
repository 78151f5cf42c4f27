import { randomUUID } from 'node:crypto';
import type { NewInbound } from '../../store/messages/inbox.js';
import type { SessionRow } from '../../store/rows.js';
import { arrivalMs } from './arrival-clock.js';
import { storedType, textOf } from './arrival.js';

/** What a row that did not come through a channel must specify. Everything else has its usual value. */
export type InboundSpec = Pick<NewInbound, 'fate' | 'origin' | 'content'> & Partial<NewInbound>;

/** A new inbox row of a session for a message that came through an API. */
export function inboundRow(
  session: Pick<SessionRow, 'id' | 'instanceId' | 'contactId'>,
  spec: InboundSpec,
): NewInbound {
  return {
    id: randomUUID(),
    instanceId: session.instanceId,
    contactId: session.contactId,
    sessionId: session.id,
    sender: 'contact',
    providerMessageId: null,
    contentType: storedType(spec.content),
    text: textOf(spec.content),
    providerTimestamp: null,
    quotedMessageId: null,
    forwarded: false,
    referral: null,
    participant: null,
    userId: null,
    tags: null,
    arrived: { atMs: arrivalMs(), index: 0 },
    ...spec,
  };
}
