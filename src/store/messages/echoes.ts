import type { SendState } from '../../../activities/ports/messages.js';
import type { Queryable, Tx } from '../db.js';
import type { OutboundRow } from './outbox.js';
import type { StoredError } from './outbox-sends.js';
import { errorJson } from '../parameters.js';

/** A message that turned out to be sent. */
export type SentMessage = Pick<OutboundRow, 'id' | 'sessionId' | 'sender'>;

/** Whether a send to one of these addresses is in progress, or its outcome unknown. */
export async function hasSendUnderWay(db: Queryable, instanceId: string, keys: string[]): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM outbox o JOIN contact_addresses a ON a.contact_id = o.contact_id AND a.instance_id = $1
      WHERE a.address_key = ANY($2) AND o.state IN ('sending', 'unknown') LIMIT 1`,
    [instanceId, keys],
  );
  return rows.length > 0;
}

/**
 * An echo with a known id proves that the provider has the message, whatever its answer said. Resolves to the messages
 * that nothing had marked sent before.
 */
export async function confirmByEcho(
  tx: Tx,
  instanceId: string,
  ids: string[],
  keyId: string,
): Promise<SentMessage[]> {
  const { rows } = await tx.query<SentMessage & { isNews: boolean }>(
    `WITH before AS (SELECT id, state FROM outbox
      WHERE instance_id = $1
        AND (state IN ('sending', 'unknown') OR (state = 'sent' AND provider_message_id IS NULL) OR (state = 'failed' AND error->>'reason' IN ('unknown', 'dropped')))
        AND (outbound_id = ANY($2) OR client_message_id = ANY($2) OR provider_message_id = ANY($2))
      FOR NO KEY UPDATE)
     UPDATE outbox o SET state = 'sent', sent_at = coalesce(o.sent_at, now()), error = NULL,
       delivery = CASE WHEN o.delivery IN ('pending', 'failed') THEN 'sent' ELSE o.delivery END,
       provider_message_id = coalesce(o.provider_message_id, $3)
      FROM before WHERE o.id = before.id
      RETURNING o.id, o.session_id AS "sessionId", o.sender, before.state <> 'sent' AS "isNews"`,
    [instanceId, ids, keyId],
  );
  return rows.filter(({ isNews }) => isNews);
}

/**
 * Takes the echo for that of a send in progress to the same contact with the same content; undefined when there is none.
 */
export async function matchSend(
  tx: Tx,
  echo: { instanceId: string; keys: string[]; contentType: string; text: string; keyId: string },
): Promise<SentMessage | undefined> {
  const { rows } = await tx.query<SentMessage>(
    `UPDATE outbox SET state = 'sent', delivery = 'sent', sent_at = now(), provider_message_id = $4, error = NULL
      WHERE state IN ('sending', 'unknown') AND id = (SELECT o.id FROM outbox o
                    JOIN contact_addresses a ON a.contact_id = o.contact_id AND a.instance_id = $1
                   WHERE a.address_key = ANY($2) AND o.state IN ('sending', 'unknown') AND o.text = $3
                     AND o.content_type = $5
                   ORDER BY o.row_id LIMIT 1)
      RETURNING id, session_id AS "sessionId", sender`,
    [echo.instanceId, echo.keys, echo.text, echo.keyId, echo.contentType],
  );
  return rows[0];
}

/** A delivery status of the provider, and the ids under which it may name the message. */
export interface StatusUpdate {
  instanceId: string;
  keyId: string | null;
  dbId: number | null;
  outboundId: string | null;
  status: SendState;
  error: StoredError | null;
}

/** The message that a status has changed. */
export interface StatusEffect extends SentMessage {
  /** What this status revealed about a message whose fate was open: it failed, or it was sent. */
  became: 'failed' | 'sent' | null;
}

/**
 * How far each word of a provider counts. Providers promise no order, and where a contact has several devices they even
 * report both `delivered` and `failed`, either of them first
 * (https://docs.ycloud.com/reference/whatsapp-message-updated-webhook-examples). So the highest word heard so far is
 * shown, whatever the order. `failed` stands above all, since programs act on it as soon as it is told, and must not
 * learn later that they should not have. That the message did reach a device is still noted, with its time.
 */
const RANKS = `ranks (word, rank) AS (VALUES ('pending', 0), ('sent', 1), ('delivered', 2), ('read', 3), ('failed', 4))`;

/**
 * Applies a delivery status to one of our messages, as `RANKS` says. Undefined when the message is not ours or shows no
 * other word than before.
 */
export async function applyStatus(tx: Tx, update: StatusUpdate): Promise<StatusEffect | undefined> {
  const { rows } = await tx.query<StatusEffect & { isNews: boolean }>(
    `WITH found AS (
       SELECT id, state, delivery FROM outbox
        WHERE instance_id = $1 AND (provider_message_id = $2 OR client_message_id = $2 OR provider_db_id = $3 OR outbound_id = $4)
        ORDER BY row_id DESC LIMIT 1 FOR NO KEY UPDATE),
     ${RANKS},
     word AS (SELECT found.id, found.state, theirs.rank > mine.rank AS is_news
        FROM found JOIN ranks mine ON mine.word = found.delivery JOIN ranks theirs ON theirs.word = $5)
     UPDATE outbox o SET
       delivery = CASE WHEN is_news THEN $5::text ELSE o.delivery END,
       error = CASE WHEN is_news THEN coalesce($6, o.error) ELSE o.error END,
       state = CASE WHEN NOT is_news THEN o.state WHEN $5 = 'failed' THEN 'failed'
                    WHEN o.state IN ('pending', 'sending', 'unknown') THEN 'sent' ELSE o.state END,
       sent_at = CASE WHEN $5 = 'failed' OR NOT is_news THEN o.sent_at ELSE coalesce(o.sent_at, now()) END,
       delivered_at = CASE WHEN $5 = 'delivered' THEN coalesce(o.delivered_at, now()) ELSE o.delivered_at END,
       read_at = CASE WHEN $5 = 'read' THEN coalesce(o.read_at, now()) ELSE o.read_at END,
       provider_message_id = coalesce(o.provider_message_id, $2)
      FROM word WHERE o.id = word.id
        AND (is_news OR ($5 = 'delivered' AND o.delivered_at IS NULL) OR ($5 = 'read' AND o.read_at IS NULL))
     RETURNING o.id, o.session_id AS "sessionId", o.sender, word.is_news AS "isNews",
       CASE WHEN $5 = 'failed' THEN 'failed' WHEN word.state IN ('pending', 'sending', 'unknown') THEN 'sent' END AS became`,
    [
      update.instanceId,
      update.keyId,
      update.dbId,
      update.outboundId,
      update.status === 'played' ? 'read' : update.status,
      update.error === null ? null : errorJson(update.error),
    ],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { isNews, ...effect } = row;
  return isNews ? effect : undefined;
}
