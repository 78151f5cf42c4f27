import { expect, test } from 'vitest';
import { until, useParley } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';

// PostgreSQL takes neither a NUL nor half of a surrogate pair: an answer with one must not silence its session.

const question = (text: string) => ({
  messages: [textBubble('b1', text)],
  input: { id: 'i1', type: 'text input', options: {} },
});
/** One single grapheme, longer than a message. */
const family = Array(2_000).fill('👩').join('\u200d');
const logged = (description: string) => ({
  ...question('Next?'),
  logs: [{ status: 'error', description }],
});

const parley = useParley({
  flows: {
    flows: {
      nul: { answers: [question('a\0b')] },
      half: { answers: [question('a\ud800b')] },
      log: { answers: [logged(`${'x'.repeat(499)}😀`)] },
      'log-nul': { answers: [logged('a\0b')] },
      joined: { answers: [question(family)] },
      id: { answers: [{ ...question('Next?'), input: { id: 'i\0', type: 'text input', options: {} } }] },
    },
  },
});

test.each([
  ['a NUL in a text', 'nul', 'a\uFFFDb'],
  ['half a character in a text', 'half', 'a\uFFFDb'],
  ['a log that is cut within an emoji', 'log', 'Next?'],
  ['a NUL in a log', 'log-nul', 'Next?'],
  ['a NUL in the id of its question', 'id', 'Next?'],
])('%s reaches the contact, and the flow was started once', async (_, publicId, text) => {
  const contact = (await parley.instance({ public_id: publicId })).contact();
  await contact.says('hello');
  expect(await contact.hears(1)).toEqual([text]);
  await until(async () => expect((await contact.session()).last_message_at).not.toBeNull());
  expect(parley.typebot.callsOf(contact).filter(({ kind }) => kind === 'start')).toHaveLength(1);
});

test('an emoji that is joined without end is split into messages', async () => {
  const contact = (await parley.instance({ public_id: 'joined' })).contact();
  await contact.says('hello');
  const heard = await until(() => {
    const texts = contact.heard();
    expect(texts.join('')).toBe(family);
    return texts;
  });
  expect(heard.every((text) => text.isWellFormed())).toBe(true);
});
