import { expect, test } from 'vitest';
import { asked, flows, greeted, sessionIs } from '../../support/conversations.js';
import { useParley } from '../../support/parley.js';

const parley = useParley({ flows });

/** A greeted contact, with pauses of any body and messages from the number itself. */
async function started(settings: object = {}) {
  const all = await greeted(parley, settings);
  const { shop, ana, id } = all;
  const pauseWith = (body: object) =>
    parley.call('POST', `/instances/${shop.id}/typebots/sessions/${id}/pause`, body);
  const own = (text: string) =>
    ana.sends({ fromMe: true, origin: 'humanAgent', content: { contentType: 'text', text } });
  return { ...all, own, pauseWith };
}

test('a flow that pauses itself with `after_answer` says its farewell first', async () => {
  const { ana, id, pauseWith, resume, read } = await started({ default_delay_ms: 100 });
  const call = await asked(parley, ana, 'five');
  expect(await pauseWith({ after_answer: true })).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect((await read(id)).body).toMatchObject({ status: 'opened' });
  call.release();
  await sessionIs(ana, { id, status: 'paused' });
  expect(ana.heard()).toEqual(['Got hi', '1', '2', '3', '4', '5']);
  await ana.says('for a person');
  await resume(id);
  await ana.says('for the bot');
  expect((await ana.hears(7)).slice(6)).toEqual(['Got for the bot']);
});

test('it waits for bubbles that are leaving, takes `minutes` from then on, and says who paused', async () => {
  const { ana, id, pauseWith, events } = await started({ default_delay_ms: 1_000 });
  await ana.says('five');
  await ana.hears(2);
  await pauseWith({ after_answer: true, minutes: 5 });
  const session = await sessionIs(ana, { id, status: 'paused' });
  expect(ana.heard()).toHaveLength(6);
  expect(Date.parse(session.resumes_at) - Date.now()).toBeGreaterThan(4 * 60_000);
  const paused = (await events(id)).filter(({ type }) => type === 'session.paused');
  expect(paused.map(({ data }) => data)).toMatchObject([{ by: 'api', surface: 'native', key_name: 'test' }]);
});

test('a flow that ends with that answer stays paused and completes when the bot is given the word again', async () => {
  const { ana, id, pauseWith, resume } = await started();
  const call = await asked(parley, ana, 'bye');
  await pauseWith({ after_answer: true });
  call.release();
  await sessionIs(ana, { id, status: 'paused' });
  expect(ana.heard()).toEqual(['Got hi', 'Bye']);
  await resume(id);
  await sessionIs(ana, { id, status: 'closed', close_reason: 'completed' });
});

test('without an answer under way it holds at once, and a resume takes back a pause that waits', async () => {
  const { ana, id, pauseWith, resume, read } = await started();
  await pauseWith({ after_answer: true });
  expect((await read(id)).body).toMatchObject({ status: 'paused' });
  await resume(id);
  const call = await asked(parley, ana, 'again');
  await pauseWith({ after_answer: true });
  await resume(id);
  call.release();
  await ana.hears(2);
  await ana.says('and on');
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got again', 'Got and on']);
});

test('an agent pauses and resumes the bot by words typed in the chat, whatever else own messages do', async () => {
  const words = { pause_word: '#stop', resume_word: '#bot', stop_bot_from_me: true };
  const { ana, id, own, events } = await started(words);
  await own('#STOP');
  await sessionIs(ana, { id, status: 'paused', chat_mode: 'bot' });
  await ana.says('for the agent');
  await own('let me see');
  await own('#bot');
  await sessionIs(ana, { id, status: 'opened', chat_mode: 'bot' });
  await ana.says('for the bot');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got for the bot']);
  const shifts = (await events(id)).filter(({ type }) => /session\.(paused|resumed)/.test(type));
  expect(shifts.map(({ type, data }) => [type, data.by])).toEqual([
    ['session.paused', 'operator'],
    ['session.resumed', 'operator'],
  ]);
});
