import type { Tx } from './db.js';

/** How often a number may write to one contact: `burst` messages at once, then one every `everyMs`. */
export interface PairPace {
  burst: number;
  everyMs: number;
}

/**
 * Takes one send to the contact out of its pace. False: the burst is used up; the message is due when the next one may
 * leave, and nothing was taken.
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
