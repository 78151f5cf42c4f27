import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTypebotStandIn } from '../support/typebot/stand-in.js';
import type { TypebotStandIn } from '../support/typebot/stand-in.js';

// Many contacts of a test file share one viewer, and a call of one may come while the test of another runs.

let viewer: TypebotStandIn;
beforeAll(async () => {
  viewer = await startTypebotStandIn();
});
afterAll(() => viewer.close());

async function post(path: string, body: unknown): Promise<{ status: number; sessionId: string }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${viewer.url}/api/v1/${path}`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  });
  const read = (await answer.json()) as { sessionId?: string };
  return { status: answer.status, sessionId: read.sessionId ?? '' };
}

const start = (phone: string) => {
  const prefilledVariables = { keyRemoteJid: `${phone}@s.whatsapp.net` };
  return post('typebots/startinput-pub/startChat', { prefilledVariables });
};

const say = (sessionId: string, text: string) =>
  post(`sessions/${sessionId}/continueChat`, { message: { type: 'text', text } });

test('calls are seen, and fail, for their contact alone, also those of a session', async () => {
  const [ana, ben] = [{ phone: '5511900000001' }, { phone: '5511900000002' }];
  viewer.fail({ of: ana, call: 'start', status: 500, body: {} });
  viewer.fail({ of: ana, call: 'continue', status: 503, body: {} });
  const late = await start(ben.phone);
  expect(late.status).toBe(200);
  expect((await say(late.sessionId, 'Ben')).status).toBe(200);
  expect((await start(ana.phone)).status).toBe(500);
  const hers = await start(ana.phone);
  expect((await say(hers.sessionId, 'Ana')).status).toBe(503);
  expect((await say(hers.sessionId, 'Ana')).status).toBe(200);
  expect(viewer.callsOf(ana).map(({ kind }) => kind)).toEqual(['start', 'start', 'continue', 'continue']);
  expect(viewer.repliesOf(ben)).toEqual([{ type: 'text', text: 'Ben' }]);
  expect(viewer.callsOf({ phone: 'nobody' })).toEqual([]);
});
