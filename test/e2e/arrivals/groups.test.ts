import { expect, test } from 'vitest';
import { flows, sessionCalls } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });
const group = (id: string, text: string) => ({ group: { id }, content: { contentType: 'text', text } });

/** Sessions of an instance, newest first. */
async function sessionsOf(instanceId: string) {
  return (await parley.call('GET', `/instances/${instanceId}/typebots/sessions`)).body;
}

test('with default settings a group message starts nothing, answers `ignored` and gets no reply', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const ana = shop.contact();
  const answer = await ana.sends(group('120363000000000001', 'hello all'));
  expect(answer.body.results[0].outcome).toBe('ignored');
  expect(await sessionsOf(shop.id)).toEqual([]);
});

test('with `ignore_groups` false the session is of the group, whoever writes in it', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', ignore_groups: false });
  const [ana, bob] = [shop.contact(), shop.contact()];
  const id = '120363000000000002';
  await ana.sends(group(id, 'from Ana'));
  await until(() => expect(parley.receiver.texts(id)).toEqual(['Got from Ana']));
  await bob.sends(group(id, 'from Bob'));
  await until(() => expect(parley.receiver.texts(id)).toEqual(['Got from Ana', 'Got from Bob']));
  const sessions = await sessionsOf(shop.id);
  expect(sessions).toHaveLength(1);
  expect(sessions[0]).toMatchObject({ remote_jid: `${id}@g.us`, phone: null });
  await ana.says('and alone');
  expect(await ana.hears(1)).toEqual(['Got and alone']);
  expect(await sessionsOf(shop.id)).toHaveLength(2);
  const items = await sessionCalls(parley, shop).transcript(sessions[0].id);
  const senders = items.filter(({ direction }) => direction === 'incoming').map((item) => item.participant);
  expect(senders).toEqual([ana.jid, bob.jid]);
});

test('a typebot that ignores groups is passed over for one that does not', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', priority: 9 });
  await parley.call('POST', `/instances/${shop.id}/typebots`, {
    ...{ typebot_url: parley.typebot.url, public_id: 'other-pub', trigger_type: 'all', ignore_groups: false },
  });
  const id = '120363000000000003';
  await shop.contact().sends(group(id, 'hi'));
  await until(() => expect(parley.receiver.texts(id)).toEqual(['Got hi']));
  expect((await sessionsOf(shop.id))[0]).toMatchObject({ public_id: 'other-pub' });
});

test('groups that are ignored from now on get no further answer in a session that runs', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub', ignore_groups: false });
  const ana = shop.contact();
  const id = '120363000000000004';
  await ana.sends(group(id, 'one'));
  await until(() => expect(parley.receiver.texts(id)).toEqual(['Got one']));
  await shop.change({ ignore_groups: true });
  await ana.sends(group(id, 'two'));
  await shop.change({ ignore_groups: false });
  await ana.sends(group(id, 'three'));
  await until(() => expect(parley.receiver.texts(id)).toEqual(['Got one', 'Got three']));
});
