import type { Tx } from './db.js';

/** A provider that fetches a file by its link is given so long to say that it went out (channels reference 2.9). */
const SETTLES_WITHIN_MS = 5_000;

/** Until its status comes, or for five seconds, nothing is sent to the contact after this message. */
export async function holdBehind(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `UPDATE outbox SET settles_by = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1`,
    [id, SETTLES_WITHIN_MS],
  );
}

/** A status says that it went out, or never will: what waits behind it may go. */
export async function settle(
  tx: Tx,
  { instanceId, keyId, outboundId }: { instanceId: string; keyId: string | null; outboundId: string | null },
): Promise<void> {
  await tx.query(
    `UPDATE outbox SET settles_by = NULL
      WHERE instance_id = $1 AND (provider_message_id = $2 OR client_message_id = $2 OR outbound_id = $3)
        AND settles_by IS NOT NULL`,
    [instanceId, keyId, outboundId],
  );
}
