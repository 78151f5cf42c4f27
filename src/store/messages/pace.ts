import type { Tx } from '../db.js';

/** How often a number may write to one contact: `burst` messages at once, then one every `everyMs`. */
export interface PairPace {
  burst: number;
  everyMs: number;
}

/**
 * Takes one send from the contact's pace. False when the burst is used up: nothing is taken, and the message becomes
 * due when the next one may be sent.
 */
export async function takePace(
  tx: Tx,
  message: { id: string; contactId: string },
  { burst, everyMs }: PairPace,
): Promise<boolean> {
  const aheadMs = (burst - 1) * everyMs;
  const { rowCount } = await tx.query(
    `UPDATE contacts SET paced_until = greatest(paced_until, clock_timestamp()) + $2 * interval '1 millisecond'
      WHERE id = $1 AND (paced_until IS NULL OR paced_until <= clock_timestamp() + $3 * interval '1 millisecond')`,
    [message.contactId, everyMs, aheadMs],
  );
  if ((rowCount ?? 0) > 0) return true;
  await tx.query(
    `UPDATE outbox o SET due_at = c.paced_until - $3 * interval '1 millisecond'
      FROM contacts c WHERE o.id = $1 AND c.id = $2`,
    [message.id, message.contactId, aheadMs],
  );
  return false;
}

/**
 * Assigns the message a moment in the pace of the instance's number. False when that moment is in the future: the
 * message keeps it and is due then.
 */
export async function takeSlot(tx: Tx, messageId: string, perSecond: number): Promise<boolean> {
  const everySeconds = 1 / perSecond;
  const { rows } = await tx.query<{ inSeconds: number }>(
    `INSERT INTO number_pace AS p (instance_id, paced_until)
     SELECT instance_id, clock_timestamp() + $2 * interval '1 second' FROM outbox WHERE id = $1 AND slot_at IS NULL
     ON CONFLICT (instance_id) DO UPDATE
       SET paced_until = greatest(p.paced_until, clock_timestamp()) + $2 * interval '1 second'
     RETURNING extract(epoch FROM paced_until - clock_timestamp())::float8 - $2 AS "inSeconds"`,
    [messageId, everySeconds],
  );
  const inSeconds = rows[0]?.inSeconds ?? 0;
  if (inSeconds <= 0) return true;
  await tx.query(
    `UPDATE outbox SET (slot_at, due_at) =
       (SELECT at, at FROM (SELECT clock_timestamp() + $2 * interval '1 second') moment (at)) WHERE id = $1`,
    [messageId, inSeconds],
  );
  return false;
}

/** Releases what is held back behind a message whose status says that it was sent, or never will be. */
export async function releaseBehind(
  tx: Tx,
  { instanceId, keyId, outboundId }: { instanceId: string; keyId: string | null; outboundId: string | null },
): Promise<void> {
  await tx.query(
    `UPDATE outbox SET holds_until = NULL
      WHERE instance_id = $1 AND (provider_message_id = $2 OR client_message_id = $2 OR outbound_id = $3)
        AND holds_until IS NOT NULL`,
    [instanceId, keyId, outboundId],
  );
}
