import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoTypebot } from '../../src/dev/demo-typebot/server.js';

let folder: string;
let demo: { url: string; stop(): Promise<void> };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-demo-'));
  demo = await startDemoTypebot({ port: 0, folder });
});

afterAll(async () => {
  await demo.stop();
  await rm(folder, { recursive: true });
});

async function post(route: string, body: unknown) {
  const response = await fetch(`${demo.url}/api/v1/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const start = () => post('typebots/demo/startChat', { prefilledVariables: { pushName: 'Ana' } });
const say = (id: string, message: unknown) => post(`sessions/${id}/continueChat`, { message });

test('the demo flow goes from greeting to end over buttons, a list, a number, an e-mail and a picture', async () => {
  const first = await start();
  const id = first.body.sessionId;
  expect(JSON.stringify(first.body.messages)).toContain('Hello Ana!');
  expect(first.body.input).toMatchObject({ type: 'choice input', items: { length: 3 } });
  const dish = await say(id, {
    type: 'text',
    text: 'x',
    metadata: { replyId: first.body.input.items[0].id },
  });
  expect(dish.body).toMatchObject({ lastMessageNewFormat: 'Great', input: { items: { length: 5 } } });
  expect((await say(id, 'Ramen')).body.input).toMatchObject({
    type: 'number input',
    options: { min: 1, max: 10 },
  });
  expect((await say(id, '4')).body.input.type).toBe('email input');
  const photo = await say(id, 'ana@example.com');
  const picture = await fetch(photo.body.messages[0].content.url);
  expect(picture.headers.get('content-type')).toBe('image/png');
  const end = await say(id, 'no onions');
  expect(JSON.stringify(end.body.messages)).toContain(
    'Ramen for 4: “no onions”. The recipe goes to ana@example.com.',
  );
  expect(end.body.input).toBeUndefined();
  expect(await say(id, 'again')).toMatchObject({ status: 404, body: { message: 'Session not found.' } });
});

test('a refused reply comes back as one bubble with the id of the question, which stays open', async () => {
  const { body } = await start();
  for (const message of ['great', null, '']) {
    const refused = await say(body.sessionId, message);
    expect(refused.body.messages).toHaveLength(1);
    expect(refused.body.messages[0].id).toBe(refused.body.input.id);
    expect(refused.body.input.id).toBe(body.input.id);
  }
});

test('a chat goes on after the viewer was restarted', async () => {
  const { body } = await start();
  await say(body.sessionId, 'Tired');
  await demo.stop();
  demo = await startDemoTypebot({ port: Number(new URL(demo.url).port), folder });
  expect((await say(body.sessionId, 'Moqueca')).body.input.type).toBe('number input');
});

test('what it does not know it refuses in the words of Typebot', async () => {
  expect(await post('typebots/nope/startChat', {})).toMatchObject({
    status: 404,
    body: { message: 'Typebot not found' },
  });
  expect((await post('typebots/demo/startChat', '{')).body).toMatchObject({ defined: false, status: 400 });
  expect((await post('typebots/demo/startChat', { message: null })).status).toBe(400);
  expect((await fetch(`${demo.url}/other`)).headers.get('content-type')).toContain('text/plain');
});
