import { describe, expect, test } from 'vitest';
import { flows, greeted, sessionCalls } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';
import type { TestContact } from '../../support/parley.js';

const parley = useParley({ flows });
const MINUTE_MS = 60_000;
const WAIT_MS = 150_000;

/** Waits until the contact's oldest session is closed, and returns it. */
function expires(contact: TestContact) {
  return until(async () => {
    const session = (await contact.sessions()).at(-1);
    expect(session).toMatchObject({ status: 'closed' });
    return session;
  }, WAIT_MS);
}

/**
 * How long after the last message a session was seen closed. The closing event has the time at which its transaction
 * began, which on a busy machine may be before the minute was over.
 */
function idleMs(session: { last_message_at: string }): number {
  return Date.now() - Date.parse(session.last_message_at);
}

// A minute is the shortest idle time there is: the tests of this file wait for it together.
describe.concurrent('idle sessions', () => {
  test(
    'expire by a timer although nobody writes, a minute after the last message of anyone',
    { timeout: WAIT_MS },
    async () => {
      const { shop, ana, id } = await greeted(parley, { expire_in_minutes: 1 });
      const lasting = await greeted(parley, { expire_in_minutes: 0 });
      const open = await ana.session();
      expect(Date.parse(open.expires_at) - Date.parse(open.last_message_at)).toBe(MINUTE_MS);
      const session = await expires(ana);
      expect(idleMs(session)).toBeGreaterThanOrEqual(MINUTE_MS);
      expect(session).toMatchObject({ id, close_reason: 'expired', resolution: 'closed' });
      expect(await lasting.ana.session()).toMatchObject({ status: 'opened', expires_at: null });
      expect(ana.heard()).toEqual(['Got hi']);
      expect((await sessionCalls(parley, shop).events(id)).at(-1)).toMatchObject({
        ...{ type: 'session.closed', data: { reason: 'expired' } },
      });
      await ana.says('anew');
      expect(await ana.hears(2)).toEqual(['Got hi', 'Got anew']);
    },
  );

  test(
    'expire on a number whose bots are silenced too, and drop what waited: nobody gets an answer of hours ago',
    { timeout: WAIT_MS },
    async () => {
      const { shop, ana, id } = await greeted(parley, { expire_in_minutes: 1, debounce_ms: 10_000 });
      await ana.says('too late');
      await parley.call('POST', `/instances/${shop.id}/silence`, {});
      expect(await expires(ana)).toMatchObject({ id, close_reason: 'expired' });
      await parley.call('DELETE', `/instances/${shop.id}/silence`);
      await ana.says('anew');
      expect(await ana.hears(2)).toEqual(['Got hi', 'Got anew']);
    },
  );

  test(
    "an operator's message counts, also in a paused session, and a forgotten pause expires too",
    { timeout: WAIT_MS },
    async () => {
      const { shop, ana, id } = await greeted(parley, { expire_in_minutes: 1 });
      const { pause, operator } = sessionCalls(parley, shop);
      await pause(id);
      await operator(id, 'A person speaks');
      await ana.hears(2);
      const session = await expires(ana);
      expect(session).toMatchObject({ close_reason: 'expired' });
      expect(idleMs(session)).toBeGreaterThanOrEqual(MINUTE_MS);
      expect(ana.heard()).toHaveLength(2);
    },
  );

  test(
    'a message in the moment of the expiry is answered once, in the old session or a new one',
    { timeout: WAIT_MS },
    async () => {
      const offsets = [-60, -20, -5, 0, 3, 6, 10, 15, 20, 30, 50, 80];
      await Promise.all(
        offsets.map(async (offsetMs) => {
          const { ana } = await greeted(parley, { expire_in_minutes: 1 });
          const dueMs = Date.parse((await ana.session()).expires_at) + offsetMs;
          await until(() => expect(Date.now()).toBeGreaterThanOrEqual(dueMs), WAIT_MS);
          await ana.says('just now');
          expect(await ana.hears(2)).toEqual(['Got hi', 'Got just now']);
          expect((await ana.session()).status).toBe('opened');
        }),
      );
    },
  );

  test('a reopened session expires a minute after it was reopened', { timeout: WAIT_MS }, async () => {
    const { shop, ana, id } = await greeted(parley, { expire_in_minutes: 1 });
    const { close, codechat } = sessionCalls(parley, shop);
    await close(id);
    await parley.db.query(`UPDATE sessions SET last_message_at = now() - interval '1 hour' WHERE id = $1`, [
      id,
    ]);
    const reopenedAt = Date.now();
    await codechat(id, 'open');
    expect((await ana.session()).status).toBe('opened');
    await expires(ana);
    const { rows } = await parley.db.query<{ at: Date }>(
      `SELECT max(at) AS at FROM session_events WHERE session_id = $1 AND type = 'session.closed'`,
      [id],
    );
    expect((rows[0]?.at.getTime() ?? 0) - reopenedAt).toBeGreaterThanOrEqual(MINUTE_MS - 1_000);
  });

  test(
    'are deleted with `keep_open` false, also an API session without a contact',
    { timeout: WAIT_MS },
    async () => {
      const { shop, ana, id } = await greeted(parley, { expire_in_minutes: 1, keep_open: false });
      const call = (name: string, body: object) => parley.call('POST', `/chatbot/v1/${name}`, body);
      const widget = { widget_uid: shop.typebotId };
      const created = await call('createSession', widget);
      expect(created.body.data).toMatchObject({ platform: null, contact_id: null, integration_id: 17 });
      const uid = { session_uid: created.body.data.session_uid as string };
      const reply = await call('sendMessage', { ...widget, ...uid, message: 'hello' });
      expect(reply.body).toMatchObject({ message: 'AI reply', data: { message: 'Got hello' } });
      const { rows } = await parley.db.query<{ id: string; contact: string }>(
        'SELECT id, contact_id AS contact FROM sessions WHERE session_uid = $1',
        [uid.session_uid],
      );
      await until(async () => expect((await call('updateSession', uid)).status).toBe(400), WAIT_MS);
      expect(parley.receiver.texts().filter((text) => text === 'Got hello')).toEqual([]);
      await until(async () => {
        expect(await ana.sessions()).toEqual([]);
        const left = await parley.db.query(
          'SELECT 1 FROM inbox WHERE session_id = ANY($1) UNION ALL SELECT 1 FROM contacts WHERE id = $2',
          [[id, rows[0]?.id], rows[0]?.contact],
        );
        expect(left.rows).toEqual([]);
      }, WAIT_MS);
    },
  );
});
