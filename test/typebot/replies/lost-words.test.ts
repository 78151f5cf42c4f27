import { afterEach, beforeEach, expect, test } from 'vitest';
import type {
  FlowAnswer,
  LostWords,
  Look,
  OpenInput,
  TypebotPort,
} from '../../../activities/ports/typebot.js';
import { createHttpClient } from '../../../src/guarded-http/client.js';
import { createTypebot } from '../../../src/typebot/index.js';
import { contents, rendering, wordsOfContent } from '../../support/typebot/rendering.js';
import { startTypebotStandIn, textBubble } from '../../support/typebot/stand-in.js';
import type { TypebotStandIn } from '../../support/typebot/stand-in.js';
import { BUILDER_TOKEN } from '../../support/typebot/transcripts.js';

const input = (id: string) => ({ id, type: 'text input', options: {} });
const rich = (id: string, children: unknown[]) => ({
  id,
  type: 'text',
  content: { type: 'richText', richText: [{ type: 'p', children }] },
});
const link = { type: 'a', url: 'https://example.com/a', children: [{ text: 'our site' }] };
const flows = {
  'trip-pub': {
    answers: [
      { messages: [textBubble('b1', 'Where to?')], input: input('i1') },
      {
        messages: [
          rich('b2', [{ text: 'Lovely', bold: true }, { text: ', see ' }, link]),
          { id: 'b3', type: 'image', content: { url: 'https://example.com/map.png' } },
          textBubble('b4', 'When?'),
        ],
        input: input('i2'),
      },
      { messages: [textBubble('b5', 'Have a good trip'), textBubble('b6', 'Bye')] },
    ],
  },
  'steps-pub': {
    answers: [
      {
        messages: [textBubble('s1', 'Looking it up')],
        clientSideActions: [
          {
            type: 'wait',
            wait: { secondsToWaitFor: 0 },
            lastBubbleBlockId: 's1',
            expectsDedicatedReply: true,
          },
        ],
        input: undefined,
      },
      { messages: [textBubble('s2', 'Found two'), textBubble('s3', 'Which?')], input: input('i3') },
    ],
  },
};

const scripts = { run: () => Promise.reject(new Error('no script here')), stop: () => Promise.resolve() };
let viewer: TypebotStandIn;
let http: ReturnType<typeof createHttpClient>;
let typebot: TypebotPort;
beforeEach(async () => {
  viewer = await startTypebotStandIn({ flows });
  http = createHttpClient({ allowPrivate: ['127.0.0.0/8'] });
  typebot = createTypebot({ http, scripts, timeoutMs: 2_000 });
});
afterEach(async () => {
  await http.close();
  await viewer.close();
});

const start = (publicId: string, resultId?: string) =>
  typebot.start({
    ...{ typebotUrl: viewer.url, publicId, prefilledVariables: {}, render: rendering(), resultId },
  });

/** A continue that Typebot takes and whose answer nobody gets, then the look after it. */
async function lose(before: FlowAnswer, text: string | undefined, lost?: Partial<LostWords>): Promise<Look> {
  viewer.fail({ call: 'continue', reset: true, afterWork: true });
  const target = { typebotUrl: viewer.url, publicId: 'any', typebotSessionId: before.typebotSessionId ?? '' };
  const message = text === undefined ? undefined : { type: 'text' as const, text };
  await expect(typebot.continue({ ...target, message, render: rendering() })).rejects.toThrow('unclear');
  const render = rendering({ asked: before.openInput as OpenInput | null, turn: 2 });
  const { place } = before;
  if (lost === undefined || place === undefined) return typebot.look({ ...target, render });
  const words = { apiUrl: viewer.url, token: BUILDER_TOKEN, place, isReply: true, isLastTry: false, ...lost };
  return typebot.look({ ...target, render, lost: words });
}

const words = (look: Look) =>
  'answer' in look && look.answer ? contents(look.answer).map(wordsOfContent) : undefined;
const notes = (look: Look) => ('answer' in look && look.answer ? look.answer.notes : []);

test('the words of a lost answer are read in the transcript, in WhatsApp’s marks, and its question is open', async () => {
  const look = await lose(await start('trip-pub'), 'Lisbon', {});
  expect(words(look)).toEqual(['*Lovely*, see our site (https://example.com/a)', '', 'When?']);
  expect(look).toMatchObject({
    type: 'moved',
    words: 'read',
    answer: { openInput: { id: 'i2' }, bubbles: 3 },
  });
  const asked = viewer.calls.find(({ kind }) => kind === 'transcript');
  expect(asked?.path).toMatch(/^\/api\/v1\/typebots\/trip-pub-id\/results\/result-\d+\/transcript$/);
});

test('the last words of a flow that ended are read too', async () => {
  const begun = await start('trip-pub');
  const { typebotSessionId, place } = begun;
  const target = { typebotUrl: viewer.url, publicId: 'any', typebotSessionId: typebotSessionId ?? '' };
  const message = { type: 'text' as const, text: 'Lisbon' };
  const next = await typebot.continue({ ...target, message, render: rendering() });
  const after = place && { ...place, replies: 1, bubbles: next.bubbles };
  const look = await lose({ ...next, typebotSessionId, place: after }, 'in May', {});
  expect(look).toMatchObject({ type: 'ended', words: 'read' });
  expect(words(look)).toEqual(['Have a good trip', 'Bye']);
});

test('a session that is gone was lost without the reply if the transcript ends before it, else its flow has ended', async () => {
  const { typebotSessionId = '', place } = await start('trip-pub');
  if (place === undefined) throw new Error('no transcript');
  viewer.forgetSessions();
  const lost = { apiUrl: viewer.url, token: BUILDER_TOKEN, place, isReply: true, isLastTry: false };
  const look = (more: Partial<LostWords>) =>
    typebot.look({
      ...{ typebotUrl: viewer.url, publicId: 'any', typebotSessionId, render: rendering() },
      lost: { ...lost, ...more },
    });
  await expect(look({})).rejects.toMatchObject({ kind: 'gone' });
  const others: Partial<LostWords>[] = [
    { place: { ...place, bubbles: 2 } },
    { place: { ...place, replies: 1 } },
    { token: 'wrong' },
  ];
  for (const other of others) expect(await look(other)).toMatchObject({ type: 'ended', words: 'lost' });
  expect(await look({ isReply: false })).toMatchObject({ type: 'ended', words: 'read' });
});

test('after an automatic step only what was not heard before it is said', async () => {
  const look = await lose(await start('steps-pub'), undefined, { isReply: false });
  expect(words(look)).toEqual(['Found two', 'Which?']);
});

test('without a builder the contact is told what happened, and to which question the answer was', async () => {
  const look = await lose(await start('trip-pub'), 'Lisbon');
  expect(words(look)).toEqual([
    "Let's go on: I got your answer to “Where to?”, but the question after it was lost.",
  ]);
  expect(look).toMatchObject({ type: 'moved', words: 'lost' });
});

test.each([
  ['of another run', { place: { flowId: 'trip-pub-id', resultId: 'result-1', replies: 4, bubbles: 1 } }],
  ['that cannot be found', { place: { flowId: 'other', resultId: 'result-1', replies: 0, bubbles: 1 } }],
  ['that a wrong token asks for', { token: 'wrong' }],
  ['of a builder that is not there', { apiUrl: 'http://127.0.0.1:9', isLastTry: true }],
])('a transcript %s is not believed, and the timeline says why', async (_, lost) => {
  const look = await lose(await start('trip-pub'), 'Lisbon', lost);
  expect(words(look)?.[0]).toMatch(/^Let's go on: I got your answer/);
  expect(notes(look)).toEqual([
    { type: 'typebot.log', data: { description: expect.stringContaining('transcript') as string } },
  ]);
  expect(JSON.stringify(notes(look))).not.toContain('Lisbon');
});

test('a transcript that ends before what the contact already has is told as such', async () => {
  const begun = await start('steps-pub');
  const place = begun.place && { ...begun.place, bubbles: 9 };
  const look = await lose({ ...begun, place }, undefined, { isReply: false });
  expect(JSON.stringify(notes(look))).toContain('ends with 3 bubbles, but 9 had come');
});

test('a result that goes on with an earlier run has no place in a transcript', async () => {
  expect((await start('trip-pub', 'result-of-june')).place).toBeUndefined();
});

test('a builder that is not reached is asked again later, but not where the look itself moved the flow on', async () => {
  viewer.fail({ call: 'transcript', status: 503 });
  await expect(lose(await start('trip-pub'), 'Lisbon', {})).rejects.toMatchObject({ kind: 'unreachable' });
  viewer.fail({ call: 'transcript', status: 503 });
  const begun = await start('steps-pub');
  const { place } = begun;
  const target = { typebotUrl: viewer.url, publicId: 'any', typebotSessionId: begun.typebotSessionId ?? '' };
  const lost = place && { apiUrl: viewer.url, token: BUILDER_TOKEN, place, isReply: false, isLastTry: false };
  const look = await typebot.look({ ...target, render: rendering(), lost });
  expect(words(look)).toEqual(['Found two', 'Which?']);
});
