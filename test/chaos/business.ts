import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../../src/deadline.js';
import type { Chance } from './chance.js';
import type { Fleet } from './fleet.js';

type Json = Record<string, unknown>;

const SECRET = 'secret-of-the-chaos-run';
/** After this time a provider, or an operator's program, gives up on a request and repeats it. */
const PATIENCE_MS = 12_000;

/** One WhatsApp number with a bot. Its provider and its operators reach it through any of the API processes. */
export interface Business {
  /** The provider's clock, in milliseconds. */
  now(): number;
  /**
   * Posts one message as a provider does: repeatedly, until an API process has acknowledged it. Resolves with the
   * number of attempts.
   */
  deliver(message: Json, chance: Chance): Promise<number>;
  /** A control call for the contact's newest session, repeated until an API process answers. */
  control(phone: string, what: 'pause' | 'resume' | 'close', chance: Chance): Promise<void>;
  /** Whether the contact's newest session has ended; a message written before that still belongs to the ending flow. */
  isClosed(phone: string, chance: Chance): Promise<boolean>;
  /** An operator writes to the contact through the API. */
  operator(phone: string, text: string, chance: Chance): Promise<void>;
}

/** Creates a workspace with an instance and its bot. `now` is the provider's clock. */
export async function openBusiness(
  fleet: Fleet,
  settings: Json = {},
  now: () => number = Date.now,
): Promise<Business> {
  const call = caller(fleet.apis);
  const admin = { authorization: `Bearer ${fleet.adminKey}` };
  const workspace = await call.first('/workspaces', { name: 'Chaos' }, admin);
  const { key } = await call.first(`/workspaces/${String(workspace['id'])}/keys`, { name: 'chaos' }, admin);
  const own = { 'api-key': String(key) };
  const channel = {
    ...{ type: 'generic', inbound_secrets: [SECRET], outbound_url: fleet.providerUrl },
    ...{ outbound_secrets: [SECRET], timeout_ms: 3_000 },
  };
  const { id } = await call.first('/instances', { name: 'Chaos', channel }, own);
  const typebot = {
    ...{ typebot_url: fleet.viewerUrl, public_id: 'chaos', trigger_type: 'all', keep_open: true },
    ...{ debounce_ms: 200, default_delay_ms: 0, max_turns_per_minute: 0, stop_bot_from_me: true },
    ...settings,
  };
  await call.first(`/instances/${String(id)}/typebots`, typebot, own);
  const sessions = `/instances/${String(id)}/typebots/sessions`;
  const newestOf = async (phone: string, chance: Chance) => {
    const list = await call.untilAnswered('GET', `${sessions}?phone=${phone}`, { headers: own, chance });
    return (list as unknown as { id: string; status: string }[])[0];
  };
  const newest = async (phone: string, chance: Chance) => (await newestOf(phone, chance))?.id ?? '';
  return {
    now,
    deliver: async (message, chance) => {
      let attempts = 0;
      const path = `/webhooks/${String(id)}`;
      const sign = () => {
        attempts += 1;
        return signed({ events: [{ id: message['keyId'], type: 'message', message }] }, now());
      };
      await call.untilAnswered('POST', path, { sign, chance });
      return attempts;
    },
    control: async (phone, what, chance) => {
      const session = await newest(phone, chance);
      await call.untilAnswered('POST', `${sessions}/${session}/${what}`, { headers: own, body: {}, chance });
    },
    isClosed: async (phone, chance) => (await newestOf(phone, chance))?.status === 'closed',
    operator: async (phone, text, chance) => {
      const session = await newest(phone, chance);
      const headers = { ...own, 'idempotency-key': text };
      await call.untilAnswered('POST', `${sessions}/${session}/messages`, {
        headers,
        body: { message: text },
        chance,
      });
    },
  };
}

interface Repeated {
  headers?: Record<string, string>;
  body?: Json;
  /** Makes body and headers for each attempt, for requests whose signature contains the time. */
  sign?: () => [string, Record<string, string>];
  chance: Chance;
}

function caller(apis: string[]) {
  const attempt = (url: string, init: RequestInit) =>
    within(PATIENCE_MS, async (signal) => {
      const response = await fetch(url, { ...init, signal });
      return { status: response.status, text: await response.text() };
    });
  const first = async (path: string, body: Json, headers: Record<string, string>): Promise<Json> => {
    const init = { method: 'POST', headers: { ...headers, ...asJson }, body: JSON.stringify(body) };
    const { status, text } = await attempt(`${apis[0]}${path}`, init);
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`);
    return JSON.parse(text) as Json;
  };
  /** 404 counts as an answer: an earlier attempt may already have closed the session. */
  const untilAnswered = async (method: string, path: string, request: Repeated): Promise<Json> => {
    for (;;) {
      const [body, headers] = request.sign?.() ?? [request.body && JSON.stringify(request.body), asJson];
      const init = { method, headers: { ...request.headers, ...headers }, body };
      const answer = await attempt(`${request.chance.pick(apis)}${path}`, init).catch(() => undefined);
      if (answer && (answer.status < 300 || answer.status === 404)) return JSON.parse(answer.text) as Json;
      if (answer && answer.status < 500 && answer.status !== 409)
        throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      await sleep(300);
    }
  };
  return { first, untilAnswered };
}

const asJson = { 'content-type': 'application/json' };

function signed(envelope: Json, nowMs: number): [string, Record<string, string>] {
  const sentAt = Math.floor(nowMs / 1_000);
  const body = JSON.stringify({ version: 1, sentAt, ...envelope });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  return [
    body,
    { ...asJson, 'x-parley-timestamp': String(sentAt), 'x-parley-signature': `sha256=${signature}` },
  ];
}
