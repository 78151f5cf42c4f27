import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenInput, RenderContext, TypebotPort } from '../../activities/ports/typebot.js';
import { TypebotFailure } from '../../activities/ports/typebot-failure.js';
import type { HttpClient } from '../../src/guarded-http/http.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { createTypebot } from '../../src/typebot/index.js';
import { createScripts } from '../../src/typebot/script/scripts.js';
import {
  recorded,
  startTypebotStandIn,
  textBubble,
  type TypebotStandIn,
} from '../support/typebot/stand-in.js';
import { contents, rendering, wordsOfContent } from '../support/typebot/rendering.js';

const allowing = () => createHttpClient({ allowPrivate: ['127.0.0.0/8'] });
const breaker = { failures: 3, halfOpenAfterMs: 100 };
const page = { status: 404, body: '<html>nothing here</html>', headers: { 'content-type': 'text/html' } };
const internal = {
  defined: false,
  code: 'INTERNAL_SERVER_ERROR',
  status: 500,
  message: 'Internal server error',
};

let viewer: TypebotStandIn;
let http: ReturnType<typeof allowing>;
let typebot: TypebotPort;
const scripts = createScripts();
afterAll(() => scripts.stop());

beforeEach(async () => {
  viewer = await startTypebotStandIn({
    prefix: '/bots',
    flows: {
      'closed-by-author-pub': {
        answers: [],
        startError: {
          status: 400,
          body: { defined: true, code: 'BAD_REQUEST', status: 400, message: 'Back in May!' },
        },
      },
    },
  });
  http = allowing();
  typebot = createTypebot({ http, scripts, timeoutMs: 2000, breaker });
});

afterEach(async () => {
  await http.close();
  await viewer.close();
});

const start = (publicId: string, more: object = {}) =>
  typebot.start({ typebotUrl: viewer.url, publicId, prefilledVariables: {}, render: rendering(), ...more });
const proceed = (typebotSessionId = '', text?: string, asked: OpenInput | null = null) =>
  typebot.continue({
    typebotUrl: viewer.url,
    publicId: 'inputs-pub',
    typebotSessionId,
    message: text === undefined ? undefined : { type: 'text', text },
    render: rendering({ asked, turn: 2 }),
  });
const failureOf = async (call: Promise<unknown>): Promise<TypebotFailure> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TypebotFailure) return error;
  throw new Error(`no failure: ${String(error)}`);
};

describe('a chat call', () => {
  test('asks for rich text, sends no Origin, and keeps a path prefix with or without slash', async () => {
    for (const typebotUrl of [viewer.url, `${viewer.url}/`, `${viewer.url}//`]) {
      const answer = await start('inputs-pub', { typebotUrl });
      expect(answer).toMatchObject({ next: { type: 'question' } });
    }
    const [call] = viewer.calls;
    expect(call?.path).toBe('/api/v1/typebots/inputs-pub/startChat');
    expect(call?.headers.origin).toBeUndefined();
    expect(call?.body).toEqual({ isStreamEnabled: false, textBubbleContentFormat: 'richText' });
  });

  test('starts with the variables and the former result, and never with a message', async () => {
    const answer = await start('startinput-pub', {
      prefilledVariables: { firstMessage: 'Bob' },
      resultId: 'former',
    });
    expect(viewer.calls[0]?.body).toEqual({
      isStreamEnabled: false,
      prefilledVariables: { firstMessage: 'Bob' },
      resultId: 'former',
      textBubbleContentFormat: 'richText',
    });
    expect(answer.openInput?.id).toBe('i_name');
    expect(answer.resultId).toBe('former');
  });

  test('continues with a text, an object, or without message', async () => {
    const { typebotSessionId, openInput } = await start('inputs-pub');
    const message = { type: 'text' as const, text: 'x', attachedFileUrls: ['https://m/1'] };
    await typebot.continue({
      typebotUrl: viewer.url,
      publicId: 'inputs-pub',
      typebotSessionId: typebotSessionId ?? '',
      message,
      render: rendering({ asked: openInput }),
    });
    await proceed(typebotSessionId, '7');
    await proceed(typebotSessionId);
    expect(viewer.replies()).toEqual([message, '7', null]);
    expect(viewer.calls.at(-1)?.body).toEqual({ textBubbleContentFormat: 'richText' });
  });
});

describe('errors', () => {
  test.each([
    ['closed-pub', { kind: 'refused', detail: { status: 400, contactText: 'This bot is now closed' } }],
    ['closed-by-author-pub', { kind: 'refused', detail: { contactText: 'Back in May!' } }],
    ['quarantined-pub', { kind: 'refused', detail: { status: 403, contactText: 'This bot is now closed' } }],
    ['unpub-pub', { kind: 'refused', detail: { status: 404, reason: 'Typebot not found' } }],
    ['unheard-of', { kind: 'refused', detail: { status: 404, contactText: undefined } }],
    ['pay2-pub', { kind: 'refused', detail: { status: 400, reason: 'Missing credentialsId' } }],
    ['pay-pub', { kind: 'refused', detail: { status: 404, reason: 'Credentials not found' } }],
  ])('of starting %s', async (publicId, expected) => {
    expect(await failureOf(start(publicId))).toMatchObject(expected);
  });

  test('reasons are one line of at most 200 characters, in words only where Typebot vouches for them', async () => {
    const said = {
      code: 'BAD_REQUEST',
      status: 400,
      message: `Could not\n\tparse amount, ${'x'.repeat(5_000)}`,
    };
    viewer.fail({ status: 400, body: { defined: true, ...said } });
    const { reason } = (await failureOf(start('inputs-pub'))).detail;
    expect(reason).toMatch(/^Could not parse amount, x+…?$/);
    expect(reason.length).toBeLessThanOrEqual(200);
    viewer.fail({ status: 400, body: { defined: false, ...said } });
    expect((await failureOf(start('inputs-pub'))).detail.reason).toBe('BAD_REQUEST');
  });

  test.each([
    ['94-origin-forbidden', 'refused'],
    ['88-bad-body-message-number', 'refused'],
    ['90-invalid-json', 'refused'],
  ])('%s is no text for the contact', async (name, kind) => {
    const body = recorded(name);
    viewer.fail({ status: Number(body.status), body });
    const failure = await failureOf(start('inputs-pub'));
    expect(failure.kind).toBe(kind);
    expect(failure.detail.contactText).toBeUndefined();
  });

  test.each([
    ['Session not found.', { status: 404, body: recorded('04-continueChat-after-end-404') }, 'gone'],
    ['Credentials not found', { status: 404, body: recorded('104-pay-unknown-creds') }, 'refused'],
    ['Typebot not found', { status: 404, body: recorded('80-unknown-publicId') }, 'refused'],
    ['a wrong path', { status: 404, body: 'Not found' }, 'refused'],
    ['a proxy’s page', page, 'unclear'],
    ['a page with 200', { ...page, status: 200 }, 'unclear'],
    ['other JSON with 200', { status: 200, body: { message: 'hello' } }, 'unclear'],
    ['an engine error', { status: 500, body: internal }, 'broken'],
    ['the host’s time limit', { status: 408, body: { ...internal, code: 'TIMEOUT', status: 408 } }, 'broken'],
    ['a page with 500', { ...page, status: 500 }, 'unclear'],
    ['a bad gateway', { status: 502 }, 'unclear'],
    ['a gateway time-out', { status: 504, body: internal }, 'unclear'],
    ['an unavailable service', { status: 503 }, 'unreachable'],
    ['a rate limit', { status: 429, headers: { 'retry-after': '7' } }, 'unreachable'],
    ['a bad reply', { status: 400, body: recorded('79-httpRequest-bad-json') }, 'refused'],
    ['a reset', { reset: true }, 'unclear'],
  ])('of continuing: %s', async (_, failing, kind) => {
    const { typebotSessionId } = await start('inputs-pub');
    viewer.fail({ call: 'continue', ...failing });
    const failure = await failureOf(proceed(typebotSessionId, 'x'));
    expect(failure.kind).toBe(kind);
    expect(failure.detail.retryAfterMs).toBe(
      'headers' in failing && kind === 'unreachable' ? 7000 : undefined,
    );
    expect(failure.detail.contactText).toBeUndefined();
    expect(failure.message).not.toContain('x?');
  });

  test('of an ended flow: the session is gone', async () => {
    const { typebotSessionId } = await start('noinput-pub');
    expect((await failureOf(proceed(typebotSessionId, 'hi'))).kind).toBe('gone');
  });

  test('of a call that takes longer than allowed: unclear, and said to be a time-out', async () => {
    typebot = createTypebot({ http, scripts, timeoutMs: 50, breaker });
    viewer.fail({ delayMs: 5000 });
    expect(await failureOf(start('inputs-pub'))).toMatchObject({
      kind: 'unclear',
      detail: { timedOut: true },
    });
  });

  test('of a host that is not there: unreachable', async () => {
    const typebotUrl = 'http://127.0.0.1:1';
    expect((await failureOf(start('inputs-pub', { typebotUrl }))).kind).toBe('unreachable');
  });

  test('of an address that is none or not allowed: refused', async () => {
    expect((await failureOf(start('inputs-pub', { typebotUrl: 'nonsense' }))).kind).toBe('refused');
    expect((await failureOf(start('inputs-pub', { typebotUrl: 'http://169.254.169.254' }))).kind).toBe(
      'refused',
    );
  });
});

describe('the circuit of a viewer', () => {
  const dead = 'http://127.0.0.1:1';

  test('opens after some outages in a row, for this origin only', async () => {
    for (let call = 0; call < 3; call += 1) await failureOf(start('inputs-pub', { typebotUrl: dead }));
    const failure = await failureOf(start('inputs-pub', { typebotUrl: `${dead}/other/path` }));
    expect(failure).toMatchObject({ kind: 'unreachable', detail: { reason: 'circuit open' } });
    expect(failure.detail.retryAfterMs).toBeLessThanOrEqual(100);
    expect((await start('inputs-pub')).next.type).toBe('question');
  });

  test('does not count answers, whatever they say', async () => {
    for (let call = 0; call < 6; call += 1) {
      viewer.fail({ status: 503 });
      expect((await failureOf(start('inputs-pub'))).detail.status).toBe(503);
    }
    expect((await start('inputs-pub')).next.type).toBe('question');
  });

  test('lets so many calls run at once, so that a host that hangs does not hold every place of a worker', async () => {
    typebot = createTypebot({ http, scripts, timeoutMs: 2000, breaker: { ...breaker, parallel: 2 } });
    let release: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (let call = 0; call < 2; call += 1) viewer.fail({ until });
    const hanging = [start('inputs-pub'), start('inputs-pub')];
    await expect.poll(() => viewer.calls.length).toBe(2);
    const failure = await failureOf(start('inputs-pub'));
    expect(failure).toMatchObject({
      kind: 'crowded',
      detail: { reason: 'too many calls of this host at once' },
    });
    expect(failure.detail.retryAfterMs).toBeGreaterThan(1_000);
    expect((await failureOf(start('inputs-pub', { typebotUrl: dead }))).detail.reason).not.toMatch(
      /too many/,
    );
    release();
    await Promise.all(hanging);
    expect((await start('inputs-pub')).next.type).toBe('question');
  });

  test('closes again after a look at the host', async () => {
    const outage: { isOver: boolean } = { isOver: false };
    const flaky: HttpClient = (request) =>
      http(outage.isOver ? request : { ...request, url: request.url.replace(viewer.url, dead) });
    typebot = createTypebot({ http: flaky, scripts, timeoutMs: 2000, breaker });
    for (let call = 0; call < 3; call += 1) await failureOf(start('inputs-pub'));
    outage.isOver = true;
    await expect
      .poll(() =>
        start('inputs-pub').then(
          ({ next }) => next.type,
          () => 'open',
        ),
      )
      .toBe('question');
    expect(viewer.calls[0]?.path).toBe('/api/healthz');
  });
});

describe('the look after an unclear outcome', () => {
  const look = (
    typebotSessionId = '',
    asked: OpenInput | null,
    settings: Partial<RenderContext['settings']> = {},
  ) =>
    typebot.look({
      typebotUrl: viewer.url,
      publicId: 'inputs-pub',
      typebotSessionId,
      message: { type: 'text', text: 'never sent' },
      render: rendering({ asked, turn: 2, settings }),
    });

  test('finds the same question when the reply did not arrive', async () => {
    const { typebotSessionId, openInput } = await start('sysmsg-pub');
    expect(await look(typebotSessionId, openInput)).toEqual({ type: 'same' });
    expect(viewer.replies()).toEqual([null]);
  });

  test('shows the next question with a short bridge when it did', async () => {
    const { typebotSessionId, openInput } = await start('inputs-pub');
    viewer.fail({ call: 'continue', reset: true, afterWork: true });
    await failureOf(proceed(typebotSessionId, 'Ada', openInput));
    const found = await look(typebotSessionId, openInput);
    expect(found.type).toBe('moved');
    const answer = found.type === 'moved' ? found.answer : undefined;
    expect(answer && contents(answer)).toEqual([{ type: 'text', text: "Let's go on:\n1..10" }]);
    expect(answer).toMatchObject({ refused: false, openInput: { id: 'i_num' } });
  });

  test('a bridge quotes the question that was answered, and no bridge', async () => {
    const { typebotSessionId, openInput } = await start('inputs-pub');
    let asked = openInput;
    const lose = async (reply: string) => {
      viewer.fail({ call: 'continue', reset: true, afterWork: true });
      await failureOf(proceed(typebotSessionId, reply, asked));
      const found = await look(typebotSessionId, asked, { inputHints: false });
      if (found.type !== 'moved') throw new Error(`the flow has not moved: ${found.type}`);
      asked = found.answer.openInput;
      return contents(found.answer).map(wordsOfContent);
    };
    const lost = 'but the question after it was lost.';
    expect(await lose('Ada')).toEqual([`Let's go on: I got your answer to “Text?”, ${lost}`]);
    const refused = await proceed(typebotSessionId, 'not a number', asked);
    expect(refused).toMatchObject({ refused: true });
    asked = refused.openInput;
    expect(await lose('7')).toEqual([`Let's go on: I got your answer, ${lost}`]);
  });

  test('shows everything when it moved the flow itself', async () => {
    const { typebotSessionId } = await start('actions-pub');
    const found = await look(typebotSessionId, null);
    expect(found.type === 'moved' && contents(found.answer).map(wordsOfContent)).toEqual(['moment=morning']);
  });

  test('takes a session that is gone for a flow that has ended, and says that its last words may be lost', async () => {
    const { typebotSessionId, openInput } = await start('sysmsg-pub');
    viewer.forgetSessions();
    const found = await look(typebotSessionId, openInput);
    expect(found).toMatchObject({ type: 'ended', words: 'lost', answer: { openInput: null } });
    expect(found.type === 'ended' && contents(found.answer).map(wordsOfContent)).toEqual([
      'This conversation has ended, and my last words may have been lost. If anything is missing, please write again.',
    ]);
  });
});

describe('side calls', () => {
  const file = { blockId: 'i_text', fileName: 'a.png', mimeType: 'image/png', bytes: new Uint8Array([1, 2]) };
  const target = () => ({ typebotUrl: viewer.url, publicId: 'inputs-pub' });

  test('upload a file to the address they are given', async () => {
    const { typebotSessionId = '' } = await start('inputs-pub');
    const url = await typebot.upload({ ...target(), typebotSessionId, ...file });
    expect(url).toBe('https://files.example.com/a.png');
    expect(viewer.calls.at(-2)?.body).toEqual({
      sessionId: typebotSessionId,
      blockId: 'i_text',
      fileName: 'a.png',
      fileType: 'image/png',
      fileSize: 2,
    });
    expect(viewer.calls.at(-1)?.path).toBe('/api/uploads/token');
  });

  test('give up quietly', async () => {
    expect(await typebot.upload({ ...target(), typebotSessionId: 'zz', ...file })).toBeUndefined();
    const gone = { typebotUrl: 'http://127.0.0.1:1', publicId: 'x', typebotSessionId: 'zz' };
    expect(await typebot.upload({ ...gone, ...file })).toBeUndefined();
    await typebot.clientLog({ ...gone, description: 'send failed' });
  });

  test('write a client log', async () => {
    await typebot.clientLog({
      ...target(),
      typebotSessionId: 's',
      description: 'send failed',
      details: '131047',
    });
    expect(viewer.calls.at(-1)).toMatchObject({
      path: '/api/v2/sessions/s/clientLogs',
      body: { clientLogs: [{ status: 'error', description: 'send failed', details: '131047' }] },
    });
  });
});

describe('whole conversations', () => {
  const talk = async (publicId: string, ...texts: string[]) => {
    let answer = await start(publicId);
    const sessionId = answer.typebotSessionId ?? '';
    for (const [index, text] of texts.entries()) {
      const render = rendering({ asked: answer.openInput, turn: index + 2 });
      const decision = typebot.read([{ content: { contentType: 'text', text } }], answer.openInput, render);
      expect(decision.type, text).toBe('send');
      if (decision.type !== 'send') break;
      answer = await typebot.continue({
        typebotUrl: viewer.url,
        publicId,
        typebotSessionId: sessionId,
        message: decision.message,
        render,
      });
      expect(answer.refused, text).toBe(false);
    }
    return answer;
  };

  test('walk through every input in the contact’s own words', async () => {
    const answer = await talk(
      'inputs-pub',
      'hello',
      '7',
      'Ada <ADA@Example.COM>',
      'example.com/x',
      'tomorrow',
      '25/12/2026 10:00 - 27/12/2026 11:00',
      '5pm',
      '06 12 34 56 78',
      '3',
      'small',
      '1 and dark, blue',
      '07',
      'beta',
      'dog',
      '1 2',
      '4 stars',
      'https://example.com/a.png',
      'skip',
      'details',
    );
    expect(answer.next).toEqual({ type: 'ended' });
    expect(viewer.mostParallel()).toBe(1);
  });

  test('run through a chain of actions', async () => {
    let answer = await start('actions-pub');
    const sessionId = answer.typebotSessionId;
    const replies: string[] = [];
    for (let calls = 0; answer.next.type !== 'question' && calls < 10; calls += 1) {
      const { next } = answer;
      const computed =
        next.type === 'automatic'
          ? await typebot.automatic(next.action, {
              typebotUrl: viewer.url,
              publicId: 'actions-pub',
              settings: rendering().settings,
            })
          : { message: next.type === 'webhook' ? { type: 'text' as const, text: '{"data":{}}' } : undefined };
      const words = computed.message?.type === 'text' ? computed.message.text : '';
      replies.push(words.slice(0, 20));
      answer = await proceed(sessionId, computed.message ? words : undefined);
    }
    expect(replies).toHaveLength(6);
    expect(replies[1]).toBe('mobile');
    expect(answer.openInput).toMatchObject({ id: 'embed' });
  });

  test.each([true, false, undefined])('remember whether the bot prefills its inputs: %s', async (enabled) => {
    const input = { id: 'i', type: 'email input', options: {}, prefilledValue: 'ana@b.co' };
    const flow = {
      answers: [
        { messages: [], input, typebot: { settings: { general: { isInputPrefillEnabled: enabled } } } },
        { messages: [], input: { ...input, id: 'j' } },
      ],
    };
    const prefilling = await startTypebotStandIn({ flows: { 'prefill-pub': flow } });
    const target = { typebotUrl: prefilling.url, publicId: 'prefill-pub' };
    const first = await typebot.start({ ...target, prefilledVariables: {}, render: rendering() });
    // Another worker, which never saw the start, knows it from the open question.
    const second = await createTypebot({ http, scripts, timeoutMs: 2000 }).continue({
      ...target,
      typebotSessionId: first.typebotSessionId ?? '',
      message: { type: 'text', text: 'x@y.zz' },
      render: rendering({ asked: first.openInput, turn: 2 }),
    });
    for (const answer of [first, second])
      expect(JSON.stringify(answer.items).includes('ana@b.co')).toBe(enabled === true);
    await prefilling.close();
  });

  test('remember the typing speed of the bot', async () => {
    const flow = {
      answers: [
        {
          messages: [textBubble('a', 'one two three four')],
          input: { id: 'i', type: 'text input', options: {} },
          typebot: { settings: { typingEmulation: { speed: 100, isDisabledOnFirstMessage: false } } },
        },
        { messages: [textBubble('b', 'one two')], input: { id: 'j', type: 'text input', options: {} } },
      ],
    };
    const slow = await startTypebotStandIn({ flows: { 'slow-pub': flow } });
    const settings = { typingEmulation: true };
    const target = { typebotUrl: slow.url, publicId: 'slow-pub' };
    const render = rendering({ settings });
    const first = await typebot.start({ ...target, prefilledVariables: {}, render });
    expect(first.items).toMatchObject([{ typingMs: 2400 }]);
    // Another worker, which never saw the start, knows the speed from the open question.
    const other = createTypebot({ http, scripts, timeoutMs: 2000 });
    const second = await other.continue({
      ...target,
      typebotSessionId: first.typebotSessionId ?? '',
      message: { type: 'text', text: 'x' },
      render: rendering({ settings, asked: first.openInput, turn: 2 }),
    });
    expect(second.items).toMatchObject([{ typingMs: 1200 }]);
    await slow.close();
  });
});
