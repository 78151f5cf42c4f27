import { expect, test } from 'vitest';
import { ChannelError } from '../activities/ports/channel-error.js';
import { TypebotFailure } from '../activities/ports/typebot-failure.js';
import { createLogger } from '../src/logger.js';

const MARK = 'Zq7mark';

function logged(log: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  log(createLogger({ level: 'debug', name: 'test' }, { write: (line) => void lines.push(line) }));
  return lines.join('');
}

function refusedRow(): Error {
  const error = new Error(`${MARK}\n    at ${MARK} (/srv/${MARK}.js:1:1)\nvalue`);
  const said = { detail: MARK, where: MARK, hint: MARK, internalQuery: MARK, response: { data: MARK } };
  return Object.assign(error, said, { code: '23505', table: 'inbox', constraint: 'inbox_pkey', status: 409 });
}

test.each([
  ['under err', (error: Error) => ({ err: error })],
  ['under another name', (error: Error) => ({ error, id: 1 })],
  ['deep inside', (error: Error) => ({ a: { b: [{ error }] } })],
  ['by itself', (error: Error) => error],
  ['as a cause', (error: Error) => ({ err: new TypeError('outer', { cause: error }) })],
])('an error %s is told by name, codes and frames alone', (_, fields) => {
  const line = logged((logger) => logger.warn(fields(refusedRow()), 'a sentence'));
  expect(line).not.toContain(MARK);
  expect(line).toContain('"code":"23505","status":409,"constraint":"inbox_pkey","table":"inbox"');
  expect(line).toContain('logger.test.ts');
});

test('an error without a sentence does not lend its words', () => {
  const line = logged((logger) => logger.error(refusedRow()));
  expect(line).not.toContain(MARK);
  expect(logged((logger) => logger.error({ err: refusedRow() }))).not.toContain(MARK);
  expect(logged((logger) => logger.info('ready'))).toContain('"msg":"ready"');
});

test('an error of ours says its own words and nothing that a provider or Typebot said', () => {
  const info = { class: 'Permanent', reason: 'policy', httpStatus: 400 } as const;
  const channel = new ChannelError({ ...info, providerCode: MARK, providerMessage: MARK });
  const line = logged((logger) => logger.warn({ err: channel }, 'a sentence'));
  expect(line).toContain('"message":"Permanent(policy) 400"');
  const typebot = new TypebotFailure('refused', { status: 400, reason: MARK, contactText: MARK });
  expect(line + logged((logger) => logger.warn({ err: typebot }, 'a sentence'))).not.toContain(MARK);
});

test('names and codes that are no names or codes are left out', () => {
  const error = Object.assign(new Error('x'), { name: `${MARK} said`, code: `E ${MARK}`, table: `${MARK}"` });
  expect(logged((logger) => logger.warn({ err: error }, 'a sentence'))).not.toContain(MARK);
});

test('dates and addresses are printed as they are, and what an object says of itself tells no error either', () => {
  const at = new Date('2026-11-30T12:00:00.000Z');
  const own = { toJSON: () => ({ id: 7, error: refusedRow() }) };
  const line = logged((logger) =>
    logger.info({ at, in: { url: new URL('https://a.example/b') }, own }, 'a sentence'),
  );
  expect(JSON.parse(line)).toMatchObject({
    at: '2026-11-30T12:00:00.000Z',
    in: { url: 'https://a.example/b' },
    own: { id: 7, error: { code: '23505' } },
  });
  expect(line).not.toContain(MARK);
});
