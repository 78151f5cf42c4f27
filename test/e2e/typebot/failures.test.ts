import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startDoorway } from '../../support/doorway.js';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';
import type { TestContact, TestInstance } from '../../support/parley.js';
import { recorded, textBubble } from '../../support/typebot/stand-in.js';
import { BUILDER_TOKEN } from '../../support/typebot/transcripts.js';

const question = (id: string, text: string) => ({
  messages: [textBubble(`b_${id}`, text)],
  input: { id: `i_${id}`, type: 'text input', options: {} },
});
const interview = {
  answers: [
    question('name', 'Your name?'),
    question('age', 'Your age?'),
    question('city', 'Your city?'),
    { messages: [textBubble('b_bye', 'Bye')] },
  ],
};

const parley = useParley({
  env: { PARLEY_TYPEBOT_PATIENCE_MS: '4000', PARLEY_TYPEBOT_TIMEOUT_MS: '1000' },
  flows: { flows: { 'interview-pub': interview } },
});

const SORRY = 'Sorry, something went wrong';
/** What was said with the lost answer is lost; the question itself has no words of its own. */
const LOST_END =
  'A conversa terminou aqui, e talvez as minhas últimas palavras tenham se perdido. Se faltou algo, escreva de novo.';
const BRIDGE = 'Vamos continuar: recebi a sua resposta a “Your name?”, mas a pergunta seguinte se perdeu.';
const broken = {
  status: 500,
  body: { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500, message: 'Internal server error' },
};

const shopWith = (more: Record<string, unknown> = {}) =>
  parley.instance({ public_id: 'interview-pub', unknown_message: SORRY, ...more });

async function talking(
  more: Record<string, unknown> = {},
): Promise<{ shop: TestInstance; ana: TestContact }> {
  const shop = await shopWith(more);
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  return { shop, ana };
}

async function types(shop: TestInstance, ana: TestContact): Promise<string[]> {
  const { id } = await ana.session();
  const { body } = await parley.call('GET', `/instances/${shop.id}/typebots/sessions/${id}/events?limit=100`);
  return body.events.map((event: { type: string }) => event.type);
}

describe("Typebot's own errors", () => {
  test('a 500 is tried again and the contact does not notice', async () => {
    const { ana } = await talking();
    const calls = parley.typebot.watch(ana);
    parley.typebot.fail({ of: ana, call: 'continue', ...broken });
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
    expect(calls()).toEqual([
      ['continue', 'Ana'],
      ['continue', 'Ana'],
    ]);
    expect((await ana.session()).last_error).toBeNull();
  });

  test('three times 500: the contact gets unknown_message, the session stays and goes on', async () => {
    const { shop, ana } = await talking();
    const calls = parley.typebot.watch(ana);
    for (let times = 0; times < 3; times += 1) parley.typebot.fail({ of: ana, call: 'continue', ...broken });
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', SORRY]);
    expect(calls()).toHaveLength(3);
    const session = await ana.session();
    expect(session.status).toBe('opened');
    expect(session.last_error).toEqual({
      at: expect.any(String),
      source: 'typebot',
      status: 500,
      message: 'INTERNAL_SERVER_ERROR',
    });
    expect(await types(shop, ana)).toContain('turn.failed');
    await ana.says('Ana again');
    expect((await ana.hears(3)).at(-1)).toBe('Your age?');
  });

  test('500 and then 404 to the same reply: a new Typebot session gets the text, once', async () => {
    const { shop, ana } = await talking();
    const calls = parley.typebot.watch(ana);
    parley.typebot.fail({ of: ana, call: 'continue', ...broken });
    parley.typebot.fail({
      of: ana,
      call: 'continue',
      status: 404,
      body: recorded('04-continueChat-after-end-404'),
    });
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
    expect(calls()).toEqual([
      ['continue', 'Ana'],
      ['continue', 'Ana'],
      ['start', null],
      ['continue', 'Ana'],
    ]);
    expect((await types(shop, ana)).filter((type) => type === 'typebot.session_lost')).toHaveLength(1);
  });
});

describe('a Typebot session that is gone', () => {
  test('is begun anew in the same Parley session with the same text, and the timeline says so', async () => {
    const { shop, ana } = await talking();
    const before = await ana.session();
    const calls = parley.typebot.watch(ana);
    parley.typebot.forgetSessions();
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
    expect(calls()).toEqual([
      ['continue', 'Ana'],
      ['start', null],
      ['continue', 'Ana'],
    ]);
    expect((await ana.session()).id).toBe(before.id);
    expect(await types(shop, ana)).toContain('typebot.session_lost');
  });

  test('a flow that is over is never called again: the next message starts a new session', async () => {
    const { ana } = await talking();
    for (const [count, text] of ['Ana', '40', 'Recife'].entries()) {
      await ana.says(text);
      await ana.hears(count + 2);
    }
    await until(async () => expect((await ana.session()).close_reason).toBe('completed'));
    const calls = parley.typebot.watch(ana);
    await ana.says('hi again');
    await ana.hears(5);
    expect(calls()).toEqual([['start', null]]);
  });
});

describe('a Typebot session that fails for good', () => {
  test('is begun anew in its second turn, which keeps the answer, and the timeline says why', async () => {
    const { shop, ana } = await talking();
    const before = await ana.session();
    parley.typebot.breakSessions();
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', SORRY]);
    const calls = parley.typebot.watch(ana);
    await ana.says('Ana again');
    expect(await ana.hears(3)).toEqual(['Your name?', SORRY, 'Your age?']);
    expect(calls().slice(-2)).toEqual([
      ['start', null],
      ['continue', 'Ana again'],
    ]);
    await until(async () => {
      const { body } = await parley.call(
        'GET',
        `/instances/${shop.id}/typebots/sessions/${before.id}/events?limit=100`,
      );
      const lost = body.events.filter(({ type }: { type: string }) => type === 'typebot.session_lost');
      expect(lost).toMatchObject([{ data: { reason: 'broken' } }]);
    });
    expect((await ana.session()).id).toBe(before.id);
    await ana.says('40');
    expect((await ana.hears(4)).at(-1)).toBe('Your city?');
  });

  test('a trigger word leads out of it after one turn, also its own; other words do not', async () => {
    const { ana } = await talking({ trigger_type: 'keyword', trigger_value: 'hi' });
    const before = await ana.session();
    await ana.says('hi');
    expect((await ana.hears(2)).at(-1)).toBe('Your age?');
    parley.typebot.breakSessions();
    await ana.says('40');
    expect((await ana.hears(3)).at(-1)).toBe(SORRY);
    await ana.says('HI');
    expect((await ana.hears(4)).at(-1)).toBe('Your name?');
    await until(async () => {
      const [now, closed] = await ana.sessions();
      expect(closed).toMatchObject({ id: before.id, status: 'closed', close_reason: 'replaced' });
      expect(now).toMatchObject({ status: 'opened' });
    });
  });
});

describe('a Typebot that is not reached', () => {
  test('is tried with back-off, and the contact is answered once it is back', async () => {
    const door = await startDoorway(parley.typebot.url);
    const { ana } = await talking({ typebot_url: door.url });
    await door.shut();
    await ana.says('Ana');
    await until(async () => {
      const { rows } = await parley.db.query(
        `SELECT 1 FROM turns WHERE state = 'begun' AND failing_since IS NOT NULL`,
      );
      expect(rows).toHaveLength(1);
    });
    await door.open();
    expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
    await door.shut();
  });

  test('for longer than the patience: unknown_message, and the next message tries startChat again', async () => {
    const door = await startDoorway(parley.typebot.url);
    const shop = await shopWith({ typebot_url: door.url });
    await door.shut();
    const ana = shop.contact();
    await ana.says('hi');
    expect(await ana.hears(1)).toEqual([SORRY]);
    const session = await ana.session();
    expect(session.status).toBe('opened');
    expect(session.last_error).toMatchObject({ source: 'typebot', status: null, message: 'ECONNREFUSED' });
    await door.open();
    const calls = parley.typebot.watch(ana);
    await until(async () => {
      const said = ana.heard().length;
      await ana.says('hello?');
      expect((await ana.hears(said + 1)).at(-1)).toBe('Your name?');
    });
    expect(calls().every(([kind]) => kind === 'start')).toBe(true);
    await door.shut();
  });

  test.each([429, 503])('answering %d: Retry-After is honoured and nothing is lost', async (status) => {
    const { ana } = await talking();
    parley.typebot.fail({ of: ana, call: 'continue', status, headers: { 'retry-after': '1' }, body: 'busy' });
    const beganMs = Date.now();
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
    expect(Date.now() - beganMs).toBeGreaterThanOrEqual(1_000);
  });

  test.each(['3600', '99999999999', 'Fri, 31 Dec 9999 23:59:59 GMT', '0'])(
    'asking for a pause of %s: told within the patience, and not asked without end',
    async (retryAfter) => {
      let asked = 0;
      const server = createServer((_request, response) => {
        asked += 1;
        response.writeHead(503, { 'retry-after': retryAfter }).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      const ana = (await shopWith({ typebot_url: `http://127.0.0.1:${port}` })).contact();
      await ana.says('hi');
      expect(await ana.hears(1)).toEqual([SORRY]);
      expect((await ana.session()).last_error).toMatchObject({ status: 503 });
      expect(asked).toBeGreaterThan(1);
      expect(asked).toBeLessThan(8);
    },
  );

  test('with an empty unknown_message says nothing and keeps the reason on session and configuration', async () => {
    const door = await startDoorway(parley.typebot.url);
    const shop = await shopWith({ typebot_url: door.url, unknown_message: '' });
    await door.shut();
    const ana = shop.contact();
    await ana.says('hi');
    await until(async () => expect((await ana.session()).last_error?.source).toBe('typebot'));
    expect(ana.heard()).toEqual([]);
    const health = await parley.call('GET', `/instances/${shop.id}/health`);
    expect(health.body.typebots[0].last_error).toMatchObject({ source: 'typebot', status: null });
  });

  test('five outages in a row open the circuit of that host, and other hosts do not feel it', async () => {
    const door = await startDoorway(parley.typebot.url);
    const shop = await shopWith({ typebot_url: door.url });
    const other = await shopWith();
    await door.shut();
    const crowd = Array.from({ length: 6 }, () => shop.contact());
    for (const one of crowd) await one.says('hi');
    const ana = other.contact();
    await ana.says('hi');
    expect(await ana.hears(1)).toEqual(['Your name?']);
    for (const one of crowd) expect((await one.hears(1))[0]).toBe(SORRY);
    const errors = await Promise.all(crowd.map(async (one) => (await one.session()).last_error.message));
    expect(errors).toContain('circuit open');
  });
});

describe('a call that ends unclear', () => {
  test('a reset before the work: looked at once the call cannot run any more, then the reply is sent again', async () => {
    const { shop, ana } = await talking();
    const calls = parley.typebot.watch(ana);
    parley.typebot.fail({ of: ana, call: 'continue', reset: true });
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
    expect(calls()).toEqual([
      ['continue', 'Ana'],
      ['continue', null],
      ['continue', 'Ana'],
    ]);
    expect(await types(shop, ana)).toContain('turn.unclear');
  });

  test('a reset after the work: the reply is not repeated', async () => {
    const { ana } = await talking();
    const calls = parley.typebot.watch(ana);
    parley.typebot.fail({ of: ana, call: 'continue', reset: true, afterWork: true });
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', BRIDGE]);
    expect(parley.typebot.mostParallel()).toBe(1);
    expect(calls()).toEqual([
      ['continue', 'Ana'],
      ['continue', null],
    ]);
  });

  test('a reset of the last answer: the contact is told that the flow is over, the session closes with completed', async () => {
    const { shop, ana } = await talking();
    await ana.says('Ana');
    await ana.hears(2);
    await ana.says('40');
    await ana.hears(3);
    const calls = parley.typebot.watch(ana);
    parley.typebot.fail({ of: ana, call: 'continue', reset: true, afterWork: true });
    await ana.says('Recife');
    expect((await ana.hears(4)).at(-1)).toBe(LOST_END);
    await until(async () => expect((await ana.session()).close_reason).toBe('completed'));
    expect(calls()).toEqual([
      ['continue', 'Recife'],
      ['continue', null],
    ]);
    expect(await types(shop, ana)).toContain('turn.unclear');
  });

  test('a reset, and the session is lost before it took the reply: it is begun anew with the same text, once', async () => {
    const { shop, ana } = await talking({
      ...{ typebot_api_url: parley.typebot.url, typebot_api_token: BUILDER_TOKEN },
    });
    const before = await ana.session();
    const calls = parley.typebot.watch(ana);
    parley.typebot.fail({ of: ana, call: 'continue', reset: true });
    parley.typebot.forgetSessions();
    await ana.says('Ana');
    expect(await ana.hears(2)).toEqual(['Your name?', 'Your age?']);
    expect(calls()).toEqual([
      ['continue', 'Ana'],
      ['continue', null],
      ['start', null],
      ['continue', 'Ana'],
    ]);
    expect(await ana.session()).toMatchObject({ id: before.id, status: 'opened', last_error: null });
    expect(await types(shop, ana)).toEqual(
      expect.arrayContaining(['turn.unclear', 'typebot.session_lost', 'turn.completed']),
    );
  });

  test.each([
    [502, '<html>Bad gateway</html>'],
    [504, '<html>Timed out</html>'],
    [200, '<html>Log in to this wifi</html>'],
    [200, '{"messages":"none"}'],
    [200, '{"messages":[{"id":"b","type":"text","content":7}],"input":{"type":"choice input","items":"no"}}'],
  ])('%d %s for longer than the patience: unknown_message, the session stays', async (status, answer) => {
    const door = await startDoorway(parley.typebot.url);
    const { ana } = await talking({ typebot_url: door.url });
    await door.shut();
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => asked.push(chunk.toString()));
      request.on('end', () => response.writeHead(status).end(answer));
    }).listen(Number(new URL(door.url).port), '127.0.0.1');
    onTestFinished(() => void proxy.close());
    await ana.says('Ana');
    expect((await ana.hears(2)).at(-1)).toBe(SORRY);
    expect(asked.filter((body) => body.includes('Ana'))).toHaveLength(1);
    const session = await ana.session();
    expect(session.status).toBe('opened');
    expect(session.last_error).toMatchObject({ source: 'typebot' });
  });

  test('a start whose answer is lost is made again', async () => {
    const shop = await shopWith();
    const ana = shop.contact();
    const calls = parley.typebot.watch(ana);
    parley.typebot.fail({ of: ana, call: 'start', reset: true, afterWork: true });
    await ana.says('hi');
    expect(await ana.hears(1)).toEqual(['Your name?']);
    expect(calls()).toEqual([
      ['start', null],
      ['start', null],
    ]);
  });
});

test('a turn that meets a fault of our own is given up: the session is not stuck', async () => {
  const { shop, ana } = await talking({ debounce_ms: WIDE_WINDOW_MS });
  await ana.says('Ana');
  const { rowCount } = await parley.db.query(
    `UPDATE inbox SET content = '{"contentType":"text"}'
      WHERE fate = 'waiting' AND session_id = $1`,
    [(await ana.session()).id],
  );
  expect(rowCount).toBe(1);
  expect((await ana.hears(2)).at(-1)).toBe(SORRY);
  expect((await ana.session()).last_error).toMatchObject({ source: 'typebot', message: 'internal error' });
  expect(await types(shop, ana)).toContain('turn.failed');
  await ana.says('Ana');
  expect((await ana.hears(3)).at(-1)).toBe('Your age?');
});

describe('a start that Typebot refuses', () => {
  test.each([
    ['closed-pub', 'This bot is now closed', 400],
    ['quarantined-pub', 'This bot is now closed', 403],
  ])(
    '%s: the closing text goes to the contact and the session ends with failed',
    async (bot, text, status) => {
      const shop = await shopWith({ public_id: bot });
      const ana = shop.contact();
      await ana.says('hi');
      expect(await ana.hears(1)).toEqual([text]);
      await until(async () => expect((await ana.session()).close_reason).toBe('failed'));
      expect((await ana.session()).last_error).toMatchObject({ source: 'typebot', status });
    },
  );

  test.each([
    ['no-such-pub', 'Typebot not found'],
    ['unpub-pub', 'Typebot not found'],
    ['pay-pub', 'Credentials not found'],
    ['pay2-pub', 'Missing credentialsId'],
  ])(
    '%s: unknown_message once, failed, and session, timeline and health say why in Typebot’s words',
    async (bot, message) => {
      const shop = await shopWith({ public_id: bot });
      const ana = shop.contact();
      await ana.says('hi');
      await until(async () => expect((await ana.session()).close_reason).toBe('failed'));
      expect(ana.heard()).toEqual([SORRY]);
      const expected = {
        at: expect.any(String),
        source: 'typebot',
        status: expect.any(Number),
        message,
      };
      expect((await ana.session()).last_error).toEqual(expected);
      const { id } = await ana.session();
      const path = `/instances/${shop.id}/typebots/sessions/${id}/events?limit=100`;
      const { events } = (await parley.call('GET', path)).body;
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'turn.failed',
          data: expect.objectContaining({ reason: message }),
        }),
      );
      const health = await parley.call('GET', `/instances/${shop.id}/health`);
      expect(health.body.typebots).toEqual([{ typebot_id: shop.typebotId, last_error: expected }]);
    },
  );

  test('a configuration that works again forgets its error', async () => {
    const shop = await shopWith({ public_id: 'no-such-pub' });
    const ana = shop.contact();
    await ana.says('hi');
    await until(async () => expect((await ana.session()).close_reason).toBe('failed'));
    await shop.change({ public_id: 'interview-pub' });
    await ana.says('hi');
    await until(() => expect(ana.heard().at(-1)).toBe('Your name?'));
    const health = await parley.call('GET', `/instances/${shop.id}/health`);
    expect(health.body.typebots[0].last_error).toBeNull();
  });
});
