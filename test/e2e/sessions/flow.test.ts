import { expect, test } from 'vitest';
import { useParley } from '../../support/parley.js';

const parley = useParley();

test('of a flow is told what it asks, what it was given and what it was answered, but no address that opens it', async () => {
  const shop = await parley.instance({ public_id: 'branch-pub' });
  const ana = shop.contact();
  await ana.says('hello');
  await ana.hears(1);
  const { id } = await ana.session();
  const first = (await parley.call('GET', `/sessions/${id}/flow`)).body;
  expect(first.question).toMatchObject({ kind: 'choice' });
  expect(first.variables).toMatchObject({ pushName: 'Ana', firstMessage: 'hello', phone: ana.phone });
  expect(Object.keys(first.variables)).not.toContain('callbackUrl');
  expect(first.answers).toMatchObject([{ question: null, text: 'hello' }]);
  const [choice] = first.question.choices;
  const asked = ana.heard().at(-1) ?? '';
  await ana.says(choice.title);
  await ana.hears(2);
  const { answers } = (await parley.call('GET', `/sessions/${id}/flow`)).body;
  expect(answers[0]).toMatchObject({ text: choice.title, content_type: 'text' });
  expect(asked).toContain(answers[0].question.split('\n')[0]);

  await parley.call('POST', `/instances/${shop.id}/typebots/sessions/${id}/close`, {});
  const closed = (await parley.call('GET', `/sessions/${id}/flow`)).body;
  expect(closed).toMatchObject({ question: null, variables: {}, typebot_session_id: null });
  expect(closed.answers).toHaveLength(2);
  const other = await parley.instance();
  const asOther = { 'api-key': other.token };
  expect((await parley.call('GET', `/sessions/${id}/flow`, undefined, asOther)).status).toBe(404);
});
