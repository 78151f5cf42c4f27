import { expect, test } from 'vitest';
import { cell } from '../../src/surfaces/native/sessions/list/export-forms.js';
import { until, useParley } from '../support/parley.js';
import type { TestInstance } from '../support/parley.js';

const parley = useParley();

const get = async (path: string, headers?: Record<string, string>) => {
  const answer = await parley.call('GET', path, undefined, headers);
  expect(answer.status).toBe(200);
  return answer.body;
};
const bulk = (body: object, headers?: Record<string, string>) =>
  parley.call('POST', '/sessions/bulk', body, headers ?? { 'api-key': parley.key });
const idsOf = (page: { sessions: { id: string }[] }) => page.sessions.map(({ id }) => id);

/** An instance with so many contacts that wait for a question to be answered; their session ids, the oldest first. */
async function talks(
  count: number,
  settings: Record<string, unknown> = {},
): Promise<{ shop: TestInstance; ids: string[] }> {
  const shop = await parley.instance(settings);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const contact = shop.contact();
    await contact.says('hello');
    await contact.hears(1);
    ids.push((await contact.session()).id);
  }
  await until(async () => {
    const { sessions } = await get(`/sessions?instance_id=${shop.id}&waits_for=contact`);
    expect(sessions).toHaveLength(count);
  });
  return { shop, ids };
}

test('sessions are found by segment, by silence, and by being stuck', async () => {
  const { shop, ids } = await talks(3);
  const [vip = '', quiet = '', waits = ''] = ids;
  const base = `/instances/${shop.id}/typebots/sessions`;
  const list = async (query: string) => idsOf(await get(`/sessions?instance_id=${shop.id}&${query}`));
  await parley.call('PATCH', `${base}/${vip}`, { segment: 'vip' });
  await parley.call('POST', `${base}/${waits}/pause`, {});
  await parley.db.query(`UPDATE sessions SET last_message_at = now() - interval '90 minutes' WHERE id = $1`, [
    quiet,
  ]);
  expect(await list('segment=vip')).toEqual([vip]);
  expect(await list('segment=none')).toEqual([]);
  expect(await list('silent_minutes=60')).toEqual([quiet]);
  expect(await list('silent_minutes=91')).toEqual([]);
  expect(await list('stuck=true')).toEqual([waits]);
  await parley.call('POST', `${base}/${quiet}/close`, {});
  expect(await list('silent_minutes=60')).toEqual([]);
  for (const wrong of ['silent_minutes=0', 'stuck=yes', 'order=name'])
    expect((await parley.call('GET', `/sessions?${wrong}`)).status).toBe(400);
});

test('sorted by the next event, what happens first comes first, page by page, and what has none is left out', async () => {
  const { shop, ids } = await talks(4, { expire_in_minutes: 60 });
  const [never = '', soon = '', later = '', muted = ''] = ids;
  const base = `/instances/${shop.id}/typebots/sessions`;
  await parley.call('POST', `${base}/${soon}/pause`, { minutes: 5 });
  await parley.call('POST', `${base}/${later}/pause`, { minutes: 30 });
  const { phone } = await get(`/sessions/${muted}`);
  await parley.call('POST', `/instances/${shop.id}/contacts/${phone}/mute`, { minutes: 20 });
  await parley.call('POST', `${base}/${never}/close`, {});
  const order = `/sessions?instance_id=${shop.id}&order=next_event`;
  const all = await get(order);
  expect(idsOf(all)).toEqual([soon, muted, later]);
  const dueIn = all.sessions.map(({ next_event_at: at }: { next_event_at: string }) =>
    Math.round((Date.parse(at) - Date.now()) / 60_000),
  );
  expect(dueIn).toEqual([5, 20, 30]);
  const first = await get(`${order}&limit=2`);
  expect(idsOf(await get(`${order}&limit=2&cursor=${first.next_cursor}`))).toEqual([later]);
});

test('many are paused, resumed and closed at once, each by itself', async () => {
  const { shop, ids } = await talks(3);
  const of = `instance_id=${shop.id}`;
  const chosen = await get(`/sessions/selection?${of}`);
  expect(chosen).toEqual({ session_ids: ids.toReversed(), complete: true });
  expect((await bulk({ action: 'pause', minutes: 10, session_ids: ids })).body).toEqual({
    applied: 3,
    refused: [],
  });
  const paused = await get(`/sessions?${of}&status=paused`);
  expect(paused.sessions).toHaveLength(3);
  expect(paused.sessions.every(({ resumes_at: at }: { resumes_at: string | null }) => at !== null)).toBe(
    true,
  );
  await bulk({ action: 'resume', session_ids: ids.slice(0, 2) });
  expect((await get(`/sessions?${of}&status=opened`)).sessions).toHaveLength(2);
  await bulk({ action: 'close', session_ids: ids.slice(0, 1) });
  const unknown = '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10';
  const { body } = await bulk({ action: 'close', session_ids: [...ids, unknown] });
  expect(body.applied).toBe(2);
  expect(body.refused).toHaveLength(2);
  expect(body.refused).toContainEqual({ id: ids[0], reason: 'closed' });
  expect(body.refused).toContainEqual({ id: unknown, reason: 'not_found' });
  expect(await get(`/sessions/selection?${of}`)).toEqual({ session_ids: [], complete: true });
  for (const wrong of [{}, { action: 'pause', session_ids: [] }, { action: 'delete', session_ids: ids }])
    expect((await bulk(wrong)).status).toBe(400);
});

test('a key of an instance selects, changes and exports nothing of another', async () => {
  const { shop, ids } = await talks(1);
  const other = await parley.instance();
  const asOther = { 'api-key': other.token };
  expect((await get('/sessions/selection', asOther)).session_ids).toEqual([]);
  expect((await bulk({ action: 'close', session_ids: ids }, asOther)).body).toEqual({
    applied: 0,
    refused: [{ id: ids[0], reason: 'not_found' }],
  });
  expect((await get('/sessions/export?format=json', asOther)).sessions).toEqual([]);
  expect((await get('/sessions/export?format=json', { 'api-key': shop.token })).sessions).toHaveLength(1);
});

test('an export has every session that fits, over many pages, and what a contact calls itself is no formula', async () => {
  const { shop, ids } = await talks(1);
  const name = `=HYPERLINK("https://evil.example";"a")`;
  await parley.db.query('UPDATE sessions SET push_name = $2 WHERE id = $1', [ids[0], name]);
  await parley.call('PATCH', `/instances/${shop.id}/typebots/sessions/${ids[0]}`, { tags: { a: 'b, "c"' } });
  // Closed ones, more than two pages of them.
  await parley.db.query(
    `INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
       channel, status, chat_mode, resolution, opening, settings_version, created_at)
     SELECT gen_random_uuid(), 'x' || n, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
       channel, 'closed', 'bot', 'closed', 1, 1, now() - n * interval '1 minute' FROM sessions, generate_series(1, 1100) AS n
      WHERE id = $1`,
    [ids[0]],
  );
  const of = `instance_id=${shop.id}`;
  const json = await get(`/sessions/export?${of}&format=json`);
  expect(json.complete).toBe(true);
  expect(new Set(idsOf(json)).size).toBe(1_101);
  expect(json.sessions[0]).toMatchObject({ id: ids[0], push_name: name, tags: { a: 'b, "c"' } });
  expect(json.sessions[0]).not.toHaveProperty('last_message');

  const response = await fetch(`http://127.0.0.1:${parley.api.port}/sessions/export?${of}&status=opened`, {
    headers: { 'api-key': parley.key },
  });
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="conversations.csv"');
  const [head = '', row = '', ...rest] = new TextDecoder('utf-8', { ignoreBOM: true })
    .decode(await response.arrayBuffer())
    .split('\r\n');
  expect(head).toMatch(/^\ufeffid,instance_id,/);
  expect(row).toContain(`"'=HYPERLINK(""https://evil.example"";""a"")"`);
  expect(row).toContain(`"{""a"":""b, \\""c\\""""}"`);
  expect(rest).toEqual(['']);
  expect((await parley.call('GET', '/sessions/export?format=xml')).status).toBe(400);
});

test.each([
  ['=1+1', `'=1+1`],
  ['+5511', `'+5511`],
  ['-1', `'-1`],
  ['@SUM(AB1)', `'@SUM(AB1)`],
  [' =1', `' =1`],
  ['\t=1', `'\t=1`],
  ['\r=1', `"'\r=1"`],
  ['|calc', `'|calc`],
  ['Ana = Maria', 'Ana = Maria'],
  ['Lima, Ana', '"Lima, Ana"'],
  ['a;b', '"a;b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  [null, ''],
  [3, '3'],
])('a cell of %j is %j', (value, written) => {
  expect(cell(value)).toBe(written);
});
