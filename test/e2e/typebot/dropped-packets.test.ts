import { expect, onTestFinished, test } from 'vitest';
import { startDoorway } from '../../support/doorway.js';
import { until, useParley } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const question = (id: string, text: string) => ({
  messages: [textBubble(`b_${id}`, text)],
  input: { id: `i_${id}`, type: 'text input', options: {} },
});

const parley = useParley({
  env: { PARLEY_TYPEBOT_TIMEOUT_MS: '1000' },
  flows: {
    flows: { 'interview-pub': { answers: [question('name', 'Your name?'), question('age', 'Your age?')] } },
  },
});

test('a reply whose packets were dropped until its time was over reaches Typebot once, when packets pass again', async () => {
  const door = await startDoorway(parley.typebot.url);
  onTestFinished(() => door.shut());
  const shop = await parley.instance({ public_id: 'interview-pub', typebot_url: door.url });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const { id } = await ana.session();
  const calls = parley.typebot.watch(ana);
  door.freeze();
  await ana.says('Ana');
  await until(async () => {
    const { rows } = await parley.db.query(
      'SELECT FROM turns WHERE session_id = $1 AND failing_since IS NOT NULL',
      [id],
    );
    expect(rows).toHaveLength(1);
  });
  door.thaw();
  expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
  expect(calls()).toEqual([
    ['continue', null],
    ['continue', 'Ana'],
  ]);
});
