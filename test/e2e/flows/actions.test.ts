import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { requestChange } from '../../../src/conversations/sessions/change.js';
import type { Core } from '../../../src/conversations/core.js';
import { asks, bye, channels, converse, text } from '../../support/flows.js';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';
import { textBubble } from '../../support/typebot/stand-in.js';
import type { StandInAnswer } from '../../support/typebot/stand-in.js';

type Json = Record<string, unknown>;

const wait = (secondsToWaitFor: number, rest: Json = {}) => ({
  type: 'wait',
  wait: { secondsToWaitFor },
  ...rest,
});
const script = (content: string, args: Json[] = []) => ({
  type: 'setVariable',
  setVariable: { scriptToExecute: { content, isCode: true, args } },
  expectsDedicatedReply: true,
});
const request = (url: string, rest: Json = {}) => ({
  type: 'httpRequestToExecute',
  httpRequestToExecute: { url, method: 'POST', headers: {}, body: { a: 1 }, ...rest },
  expectsDedicatedReply: true,
});
const bubbles = (texts: string[], clientSideActions: Json[] = []): StandInAnswer => ({
  messages: texts.map((words) => textBubble(words, words)),
  clientSideActions,
});
const chatwoot = (lastBubbleBlockId: string) => ({
  type: 'chatwoot',
  chatwoot: { scriptToExecute: { content: 'open()', args: [] } },
  lastBubbleBlockId,
});
const listen = { type: 'listenForWebhook', expectsDedicatedReply: true };
const end = asks('Last?', 'text input');
const scripts = [
  ...["return 'plain'", 'return 7', 'return [1,"a"]', 'return {"a":null}', 'return true', 'return null'],
  ...['return undefined', "throw new Error('secret')", 'v_A + 1', "return ''"],
].map((content) => bubbles([], [script(content, [{ id: 'v_A', value: 41 }])]));

/** A service inside the operator's network, allowed for the operator's own addresses only. */
async function startInside() {
  const inside = { url: '', hits: 0, close: () => void server.close() };
  const server = createServer((_, response) => {
    inside.hits += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  inside.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return inside;
}

const inside = await startInside();
afterAll(() => inside.close());

const parley = useParley({
  flows: {
    flows: {
      'scripts-pub': { answers: [...scripts, end] },
      'private-pub': {
        answers: [
          bubbles(['calling'], [request(inside.url)]),
          bubbles([], [request(inside.url.replace('127.0.0.1', 'localhost'))]),
          bubbles([], [request('http://169.254.169.254/latest/meta-data', { method: 'GET' })]),
          bubbles([], [request('file:///etc/passwd')]),
          end,
        ],
      },
      'endless-pub': { answers: Array.from({ length: 80 }, () => bubbles([], [script('return 1')])) },
      'fifty-pub': { answers: [...Array.from({ length: 49 }, () => bubbles([], [script('return 1')])), end] },
      'endless-pause-pub': {
        answers: Array.from({ length: 80 }, () => bubbles([], [wait(0, { expectsDedicatedReply: true })])),
      },
      'waits-pub': {
        answers: [bubbles(['one', 'two', 'three'], [wait(1), wait(1.5, { lastBubbleBlockId: 'two' })]), end],
      },
      'long-wait-pub': {
        answers: [{ ...bubbles(['one', 'two'], [wait(90, { lastBubbleBlockId: 'one' })]), input: end.input }],
      },
      'pause-pub': {
        answers: [
          bubbles(
            ['wait a moment'],
            [wait(1.2, { lastBubbleBlockId: 'wait a moment', expectsDedicatedReply: true })],
          ),
          bubbles(['again'], [wait(0, { lastBubbleBlockId: 'again', expectsDedicatedReply: true })]),
          end,
        ],
      },
      'human-pub': {
        answers: [
          { ...bubbles(['One moment', 'A person comes'], [chatwoot('One moment')]), input: end.input },
          bye(),
        ],
      },
      'human-end-pub': { answers: [bubbles(['A person comes'], [chatwoot('A person comes')])] },
      'listen-pub': {
        answers: [bubbles(['Pay please'], [listen]), bubbles(['and again'], [listen]), bye('Thanks')],
      },
      'five-pub': { answers: [{ ...bubbles(['1', '2', '3', '4']), input: end.input }] },
      'odd-pub': {
        answers: [
          {
            messages: [textBubble('t', 'Hello'), { id: 'n', type: 'hologram', content: {} }],
            clientSideActions: [
              { type: 'codeToExecute', codeToExecute: { args: {}, content: 'zE()' } },
              { type: 'teleport' },
              { type: 'redirect', redirect: { url: 'example.com/go' }, lastBubbleBlockId: 't' },
              { type: 'redirect', redirect: {}, lastBubbleBlockId: 't' },
            ],
            input: end.input,
          },
        ],
      },
      'stream-pub': {
        answers: [bubbles(['hm'], [{ type: 'stream', stream: true, expectsDedicatedReply: true }]), end],
      },
    },
  },
});

const tokenOf = (flow: { calls(): { body: Json }[] }) => {
  const { callbackUrl } = flow.calls()[0]?.body.prefilledVariables as { callbackUrl: string };
  return new URL(callbackUrl).pathname;
};
const open = (path: string, body: unknown) =>
  parley.call('POST', path, typeof body === 'string' ? body : JSON.stringify(body), {
    'content-type': 'application/json',
  });

/** A time zone where it is another part of the day than in UTC, and will be for hours. */
function elsewhere(): { time_zone: string; moment: string } {
  const utcHour = new Date().getUTCHours();
  const [hour, moment] = utcHour < 12 ? [15, 'afternoon'] : [9, 'morning'];
  const offset = ((hour - utcHour + 36) % 24) - 12;
  // The names of these zones count westward.
  return { time_zone: `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`, moment };
}

describe.each(Object.entries(channels))('the actions bot, %s channel', (kind, channel) => {
  const native = kind === 'native';

  test('is played to its end: waits, scripts, request, pause, webhook, two pages, input', async () => {
    const { time_zone, moment } = elsewhere();
    const flow = await converse(parley, { public_id: 'actions-pub', time_zone }, channel);
    expect(await flow.say('hi', 5)).toEqual([
      text('before redirect'),
      { ...text('https://example.com/landing'), previewUrl: true },
      text('moment=morning'),
      text('dev=desktop cli=morning! http=yes'),
      text('after pause'),
    ]);
    expect(flow.given().slice(0, 3)).toEqual([moment, 'mobile', 'morning!']);
    expect(JSON.parse(String(flow.given()[3]))).toMatchObject({ statusCode: 500 });
    expect(flow.given()[4]).toBeNull();

    const [notice] = await flow.say('hello?');
    expect(notice).toEqual(
      text('I am still waiting for a confirmation. We will continue as soon as it arrives.'),
    );
    const path = tokenOf(flow);
    expect((await open(path, { status: 'paid' })).status).toBe(202);
    const page = { ...text('https://example.com/form'), previewUrl: true };
    const done = 'When you have finished, reply *Done*';
    await until(() => expect(flow.contents()).toHaveLength(9));
    expect(flow.contents().slice(6, 8)).toEqual([text('hook=paid'), page]);
    expect(flow.contents()[8]).toMatchObject(
      native ? { type: 'buttons', body: done, buttons: [{ title: 'Done' }] } : text(done),
    );
    expect(JSON.parse(String(flow.given()[5]))).toEqual({ data: { status: 'paid' } });
    expect((await open(path, { status: 'paid' })).status).toBe(404);

    const booking = await flow.say('submitted', 3);
    expect(booking.slice(0, 2)).toEqual([
      text('embed said submitted'),
      { ...text('https://cal.com/me/30min'), previewUrl: true },
    ]);
    expect(native ? await flow.tap('Done') : await flow.say('pronto!')).toEqual([
      text('booked 2026-12-01T10:00:00Z'),
    ]);
    expect((await flow.contact.says('thanks')).status).toBe(200);
    await flow.ends({ status: 'closed', close_reason: 'completed' });
    expect(flow.given().slice(6)).toEqual(['submitted', null, 'thanks']);
    expect(flow.contents()).toHaveLength(13);
    const events = await flow.events();
    const logs = events.filter(({ type }) => type === 'typebot.log').map(({ data }) => data);
    expect(logs).toEqual([
      { description: 'Could not find credentials for block blink' },
      { description: 'Could not find credentials for block openai' },
    ]);
    const ignored = events.filter(({ type }) => type === 'action.ignored').map(({ data }) => data.action);
    expect(ignored).toEqual(['startPropsToInject', 'scriptToExecute', 'googleAnalytics', 'pixel']);
  });
});

test('the value of a script reaches Typebot as its text rules say', async () => {
  const flow = await converse(parley, { public_id: 'scripts-pub' });
  await flow.say('hi');
  expect(flow.given()).toEqual(['plain', '7', '[1,"a"]', '{"a":null}', 'true', null, null, null, '42', '']);
  expect(flow.calls().filter(({ path }) => path.endsWith('/clientLogs'))).toHaveLength(1);
  expect(JSON.stringify(await flow.events())).not.toContain('secret');
  expect(JSON.stringify(flow.contents())).not.toContain('return');
});

test('a request that a flow names never reaches a private address, and the flow goes on with a 500', async () => {
  const flow = await converse(parley, { public_id: 'private-pub' });
  expect(await flow.say('hi', 2)).toEqual([text('calling'), text('Last?')]);
  expect(flow.given().map((reply) => JSON.parse(String(reply)).statusCode)).toEqual([500, 500, 500, 500]);
  expect(inside.hits).toBe(0);
});

test.each(['endless-pub', 'endless-pause-pub'])(
  '%s goes on by itself for ever: it is stopped and the session shows why',
  async (publicId) => {
    const flow = await converse(parley, { public_id: publicId });
    await flow.contact.says('hi');
    const session = await flow.ends({ status: 'closed', close_reason: 'failed' });
    expect(session.last_error).toMatchObject({ source: 'typebot', status: null });
    expect(flow.calls()).toHaveLength(50);
    expect((await flow.events()).map(({ type }) => type)).toContain('turn.failed');
  },
);

test('a flow that asks after fifty calls is not stopped', async () => {
  const flow = await converse(parley, { public_id: 'fifty-pub' });
  expect(await flow.say('hi')).toEqual([text('Last?')]);
  expect(flow.calls()).toHaveLength(50);
  expect((await flow.contact.session()).last_error).toBeNull();
});

test('waits come before what follows them, and the delay between messages is kept', async () => {
  const flow = await converse(parley, { public_id: 'waits-pub', default_delay_ms: 300 });
  const before = Date.now();
  await flow.say('hi', 3);
  const at = parley.receiver.messages
    .filter(({ to }) => to.contactId === flow.contact.phone)
    .map((one) => one.at);
  const [one = 0, two = 0, three = 0] = at;
  expect(one - before).toBeGreaterThanOrEqual(1_000);
  expect(two - one).toBeGreaterThanOrEqual(290);
  expect(three - two).toBeGreaterThanOrEqual(1_790);
});

test('a wait of over a minute is a timer of the workflow', async () => {
  const flow = await converse(parley, { public_id: 'long-wait-pub' });
  await flow.say('hi');
  const { workflow_id: id } = await flow.contact.session();
  await until(async () => {
    const { events } = await parley.client.workflow.getHandle(id).fetchHistory();
    const timers = (events ?? []).map((event) =>
      Number(event.timerStartedEventAttributes?.startToFireTimeout?.seconds),
    );
    expect(timers.filter((seconds) => seconds > 80 && seconds <= 91)).toHaveLength(1);
  });
  expect(flow.contents()).toEqual([text('one')]);
  await parley.call(
    'POST',
    `/instances/${flow.shop.id}/typebots/sessions/${(await flow.contact.session()).id}/close`,
    {},
  );
});

test('a pausing wait lets the text out first, then continues by itself without message', async () => {
  const flow = await converse(parley, { public_id: 'pause-pub' });
  expect(await flow.say('hi', 3)).toEqual([text('wait a moment'), text('again'), text('Last?')]);
  const [first, second] = parley.receiver.messages.filter(({ to }) => to.contactId === flow.contact.phone);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_200);
  expect(flow.given()).toEqual([null, null]);
});

test('what a contact writes during a pausing wait is answered after it', async () => {
  const flow = await converse(parley, { public_id: 'pause-pub' });
  await flow.say('hi');
  await flow.say('my answer', 2);
  await flow.ends({ status: 'closed', close_reason: 'completed' });
  expect(flow.given()).toEqual([null, null, 'my answer']);
});

test('a chatwoot block is a note, and nothing else by default', async () => {
  const flow = await converse(parley, { public_id: 'human-pub' });
  await flow.say('hi', 2);
  expect((await flow.events()).filter(({ type }) => type === 'action.done')).toHaveLength(1);
  expect(await flow.say('hello')).toEqual([text('Bye')]);
});

test('with handoff_on_chatwoot a person has the word once the bubbles have left', async () => {
  const flow = await converse(parley, {
    public_id: 'human-pub',
    handoff_on_chatwoot: true,
    default_delay_ms: 200,
  });
  expect(await flow.say('hi', 2)).toEqual([text('One moment'), text('A person comes')]);
  await flow.ends({ chat_mode: 'operator' });
  const types = (await flow.events()).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['action.done', 'handoff_requested', 'session.paused']));
  await flow.contact.says('are you there?');
  await until(async () => {
    const { id } = await flow.contact.session();
    const { body } = await parley.call('GET', `/instances/${flow.shop.id}/typebots/sessions/${id}/messages`);
    expect(body.messages).toHaveLength(4);
  });
  expect(flow.given()).toEqual([]);
});

test('a handover that is asked for again, its first answer lost, does not take the word once more', async () => {
  const flow = await converse(parley, { public_id: 'human-pub', handoff_on_chatwoot: true });
  await flow.say('hi', 2);
  const { id } = await flow.ends({ chat_mode: 'operator' });
  await parley.call('POST', `/instances/${flow.shop.id}/typebots/sessions/${id}/resume`);
  const { rows } = await parley.db.query<{ id: string }>(
    'SELECT contact_id AS id FROM sessions WHERE id = $1',
    [id],
  );
  const asked = { contactId: rows[0]?.id ?? '', sessionId: String(id), kind: 'handoff' } as const;
  await requestChange({ db: parley.db } as Core, asked);
  expect(await flow.contact.session()).toMatchObject({ status: 'opened', chat_mode: 'bot' });
});

test('a flow that ends with a handover leaves the session to the person', async () => {
  const flow = await converse(parley, { public_id: 'human-end-pub', handoff_on_chatwoot: true });
  await flow.say('hi');
  const session = await flow.ends({ chat_mode: 'operator' });
  expect(session.status).not.toBe('closed');
});

test('a person who comes before the handover is not followed by it: after the resume the bot goes on', async () => {
  const settings = { public_id: 'human-pub', handoff_on_chatwoot: true, default_delay_ms: 10_000 };
  const flow = await converse(parley, settings);
  await flow.say('hi');
  const { id } = await flow.contact.session();
  const path = `/instances/${flow.shop.id}/typebots/sessions/${id}`;
  const sent = await parley.call('POST', `${path}/messages`, { message: 'I am here', pause: true });
  expect(sent.status).toBeLessThan(300);
  await flow.ends({ chat_mode: 'operator' });
  expect((await parley.call('POST', `${path}/resume`, {})).status).toBe(200);
  await until(() => expect(flow.contents()).toHaveLength(2));
  expect(await flow.say('thanks')).toEqual([text('Bye')]);
  expect(flow.contents()).toEqual([text('One moment'), text('I am here'), text('Bye')]);
});

test('the data of a callback is for its block only: a lost session begins anew without it', async () => {
  const flow = await converse(parley, { public_id: 'listen-pub' });
  await flow.say('hi');
  parley.typebot.forgetSessions();
  expect((await open(tokenOf(flow), { status: 'paid' })).status).toBe(202);
  await until(() => expect(flow.contents()).toEqual([text('Pay please'), text('Pay please')]));
  expect(flow.calls().map(({ kind }) => kind)).toEqual(['start', 'continue', 'start']);
  expect(flow.calls()[2]?.body.message).toBeUndefined();
});

test('any JSON of a callback reaches the flow as its data, once for each wait', async () => {
  const flow = await converse(parley, { public_id: 'listen-pub' });
  await flow.say('hi');
  const path = tokenOf(flow);
  expect((await open('/callbacks/unknown-token', {})).status).toBe(404);
  expect((await open(path, '[1,"two"]')).status).toBe(202);
  await until(() => expect(flow.contents()).toHaveLength(2));
  await until(async () => expect((await open(path, '"done"')).status).toBe(202));
  await flow.ends({ status: 'closed', close_reason: 'completed' });
  expect(flow.contents().at(-1)).toEqual(text('Thanks'));
  expect(flow.given()).toEqual(['{"data":[1,"two"]}', '{"data":"done"}']);
  expect((await open(path, {})).status).toBe(404);
});

test('a callback is refused when it is no JSON, and after the session was closed', async () => {
  const flow = await converse(parley, { public_id: 'listen-pub' });
  await flow.say('hi');
  const path = tokenOf(flow);
  expect((await open(path, '{nonsense')).status).toBe(400);
  const { id } = await flow.contact.session();
  await parley.call('POST', `/instances/${flow.shop.id}/typebots/sessions/${id}/close`, {});
  expect((await open(path, {})).status).toBe(404);
});

test('actions for browsers and unknown ones are noted, a redirect is its link', async () => {
  const flow = await converse(parley, { public_id: 'odd-pub' });
  expect(await flow.say('hi', 2)).toEqual([
    text('Hello'),
    { ...text('https://example.com/go'), previewUrl: true },
  ]);
  const ignored = (await flow.events()).filter(({ type }) => type === 'action.ignored');
  expect(ignored.map(({ data }) => data.action).toSorted()).toEqual([
    'codeToExecute',
    'hologram',
    'redirect',
    'teleport',
  ]);
});

test('a stream is continued without message', async () => {
  const flow = await converse(parley, { public_id: 'stream-pub' });
  expect(await flow.say('hi', 2)).toEqual([text('hm'), text('Last?')]);
  expect(flow.given()).toEqual([null]);
  expect(flow.calls()[0]?.body.isStreamEnabled).toBe(false);
});

test('the read mark comes once a turn, typing before the first bubble and during long waits', async () => {
  const settings = { public_id: 'waits-pub', debounce_ms: WIDE_WINDOW_MS };
  const flow = await converse(parley, settings, { signals: true });
  // A call that is tried again makes no new turn.
  parley.typebot.fail({ of: flow.contact, call: 'start', status: 500 });
  expect((await flow.contact.says('hi', 'there')).status).toBe(200);
  await until(() => expect(flow.contents()).toHaveLength(3));
  const signals = (wanted: string) =>
    parley.receiver.signalsTo(flow.contact).filter(({ type }) => type === wanted);
  await until(() => expect(signals('markRead')).toHaveLength(1));
  expect(signals('markRead')[0]?.keyIds).toHaveLength(2);
  await until(() => expect(signals('typing').length).toBeGreaterThanOrEqual(2));
  expect(new Set(signals('typing').map(({ state }) => state))).toEqual(new Set(['composing']));
});

test('without signals nothing but messages is sent', async () => {
  const flow = await converse(parley, { public_id: 'five-pub' });
  await flow.say('hi', 4);
  expect(parley.receiver.signalsTo(flow.contact)).toEqual([]);
});
