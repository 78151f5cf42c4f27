import { expect, test } from 'vitest';
import { until, useParley } from '../../support/parley.js';

const parley = useParley();

test('an instance without a channel is a sandbox: what it sends stands in the transcript', async () => {
  const made = await parley.call('POST', '/instances', { name: 'Try' });
  expect(made.body).toMatchObject({ status: 'connected', channel: { type: 'sandbox' } });
  const { id } = made.body;
  const typebot = {
    typebot_url: parley.typebot.url,
    public_id: 'branch-pub',
    trigger_type: 'all',
    keep_open: true,
  };
  await parley.call('POST', `/instances/${id}/typebots`, typebot);
  const phone = '5531988887777';
  const says = (keyId: string, message: object) =>
    parley.call('POST', `/webhooks/${id}`, {
      messages: [{ keyId, from: { phone, name: 'Ana' }, ...message }],
    });
  expect((await says('s-1', { text: 'oi' })).status).toBe(200);
  const sessions = `/instances/${id}/typebots/sessions`;
  const transcript = async () => {
    const [session] = (await parley.call('GET', `${sessions}?phone=${phone}`)).body;
    return (await parley.call('GET', `${sessions}/${session?.id}/messages`)).body.messages ?? [];
  };
  await until(async () =>
    expect((await transcript())[1]).toMatchObject({
      sender: 'bot',
      content_type: 'buttons',
      delivery: 'sent',
    }),
  );
  expect((await says('s-2', { content: { contentType: 'buttonReply', title: 'Sales' } })).status).toBe(200);
  expect((await says('s-1', { text: 'oi' })).status).toBe(200);
  await until(async () => {
    const { body } = await parley.call('GET', `${sessions}?phone=${phone}`);
    expect(body).toMatchObject([{ status: 'closed', close_reason: 'completed' }]);
  });
  expect(await parley.call('POST', `/webhooks/${id}`, { nothing: true })).toMatchObject({ status: 400 });
});
