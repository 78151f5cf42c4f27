import { expect, test } from 'vitest';
import { hold } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const parley = useParley({
  env: { PARLEY_TYPEBOT_PATIENCE_MS: '1000', PARLEY_TYPEBOT_TIMEOUT_MS: '60000' },
  flows: { flows: { 'slow-pub': { answers: [{ messages: [textBubble('b', 'Here I am')] }] } } },
});

/** What Temporal says of the call that the contact waits for. */
async function attemptsFor(instanceId: string, jid: string): Promise<number> {
  const { rows } = await parley.db.query<{ id: string }>(
    `SELECT id FROM contacts WHERE instance_id = $1 AND remote_jid = $2`,
    [instanceId, jid],
  );
  const run = parley.client.workflow.getHandle(`conversation/${instanceId}/${rows[0]?.id}`);
  const { raw } = await run.describe();
  return raw.pendingActivities?.[0]?.attempt ?? 0;
}

test('who waits because a slow Typebot is busy with others is answered, however long it takes', async () => {
  const shop = await parley.instance({ public_id: 'slow-pub', unknown_message: 'Sorry' });
  const busy = hold();
  const contacts = Array.from({ length: 100 }, () => shop.contact());
  const last = shop.contact();
  for (const contact of contacts) parley.typebot.fail({ of: contact, until: busy.until });
  for (let from = 0; from < 100; from += 25)
    await Promise.all(contacts.slice(from, from + 25).map((contact) => contact.says('hi')));
  await until(() => {
    expect(contacts.filter((contact) => parley.typebot.callsOf(contact).length > 0)).toHaveLength(100);
  });
  await last.says('hi');
  await until(async () => expect(await attemptsFor(shop.id, last.jid)).toBeGreaterThan(3));
  busy.release();
  for (const contact of [...contacts, last]) expect(await contact.hears(1)).toEqual(['Here I am']);
});
