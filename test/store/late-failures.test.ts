import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { ChannelErrorInfo } from '../../activities/ports/channel-error.js';
import type { NextMessage } from '../../activities/ports/sends.js';
import type { Core } from '../../src/conversations/core.js';
import { createSendRecords } from '../../src/conversations/sends/records.js';
import { openDb } from '../../src/store/db.js';
import { readOutbound } from '../../src/store/messages/outbox.js';
import { databaseForThisTest } from '../support/postgres.js';

/** An instance of which nothing matters but how long its messages may live. */
const instances = {
  find: () => Promise.resolve({ id: 'i' }),
  connect: () => ({ channel: {}, context: { settings: { message_ttl_seconds: 60 } } }),
};

/** A message that is being sent under its second claim: the worker of the first one was taken for dead. */
async function claimedTwice() {
  const db = openDb((await databaseForThisTest()).url);
  onTestFinished(() => db.close());
  const id = randomUUID();
  await db.transaction(async (tx) => {
    // The message alone, without the session and the contact that it belongs to.
    await tx.query(`SET LOCAL session_replication_role = 'replica'`);
    await tx.query(
      `INSERT INTO outbox (id, instance_id, contact_id, sender, content_type, content, outbound_id, state, attempts, claim_ends_at)
       VALUES ($1, 'i', $2, 'bot', 'text', '{"type":"text","text":"hello"}', 'o', 'sending', 2, now() + interval '1 hour')`,
      [id, randomUUID()],
    );
  });
  const records = createSendRecords({ db, instances } as unknown as Core);
  const next = { outboxId: id, instanceId: 'i' } as NextMessage;
  const says = (error: ChannelErrorInfo, attempt: number | null) => records.failed(next, error, attempt);
  return { says, state: async () => (await readOutbound(db, id))?.state };
}

test.each<[string, ChannelErrorInfo, string]>([
  ['came to no known end', { class: 'UnknownOutcome' }, 'unknown'],
  ['was refused for now', { class: 'Retryable', httpStatus: 503 }, 'pending'],
  ['was refused for good', { class: 'Permanent', reason: 'notOnWhatsApp' }, 'failed'],
  ['was refused for its credentials', { class: 'Auth' }, 'pending'],
])(
  'a worker that wakes from a freeze and says that its send %s does not end the send of another',
  async (_what, error, ends) => {
    const { says, state } = await claimedTwice();
    await says(error, 1);
    await says(error, null);
    expect(await state()).toBe('sending');
    await says(error, 2);
    expect(await state()).toBe(ends);
  },
);
