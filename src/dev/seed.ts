import path from 'node:path';
import { within } from '../deadline.js';
import { readStrings, writePrivateJson } from './private-file.js';

/** What `npm start` creates in an empty Parley, and the keys to it. */
export interface Seed {
  workspaceId: string;
  apiKey: string;
  instanceId: string;
  instanceToken: string;
}

/** What `seed` needs. */
export interface SeedRequest {
  dataDir: string;
  /** Root of the API, without a trailing slash. */
  apiUrl: string;
  adminKey: string;
  /** Root of the demo Typebot viewer. Its port may change from start to start. */
  demoTypebotUrl: string;
}

/** Public id of the flow that the demo viewer serves. */
export const demoFlowId = 'demo';

/**
 * Creates a workspace, a key, a sandbox instance and a typebot through the API, once for each database; later starts
 * find them again. The database holds only hashes of keys, so they are kept in the data folder (mode 0600).
 */
export async function seed(request: SeedRequest): Promise<Seed> {
  const file = path.join(request.dataDir, 'seed.json');
  const known = await readStrings(file);
  const save = (more: Record<string, string>) => writePrivateJson(file, Object.assign(known, more));
  const route = `/workspaces/${known.workspaceId}`;
  if (!known.workspaceId || !(await exists(request, route, request.adminKey))) {
    const made = await post(request, '/workspaces', request.adminKey, { name: 'Parley' });
    await save({ workspaceId: member(made, 'id'), apiKey: '', instanceId: '', typebotId: '' });
  }
  const workspaceId = known.workspaceId ?? '';
  if (!known.apiKey || !(await exists(request, '/instances', known.apiKey))) {
    const made = await post(request, `/workspaces/${workspaceId}/keys`, request.adminKey, {
      name: 'npm start',
    });
    await save({ apiKey: member(made, 'key') });
  }
  const apiKey = known.apiKey ?? '';
  if (!known.instanceId || !(await exists(request, `/instances/${known.instanceId}`, apiKey))) {
    const made = await post(request, '/instances', apiKey, { name: 'Sandbox', channel: { type: 'sandbox' } });
    await save({ instanceId: member(made, 'id'), instanceToken: member(made, 'token'), typebotId: '' });
  }
  const instanceId = known.instanceId ?? '';
  await seedTypebot({ ...request, apiKey, instanceId, typebotId: known.typebotId ?? '', save });
  return { workspaceId, apiKey, instanceId, instanceToken: known.instanceToken ?? '' };
}

interface TypebotSeed extends SeedRequest {
  apiKey: string;
  instanceId: string;
  typebotId: string;
  save(more: Record<string, string>): Promise<void>;
}

async function seedTypebot(request: TypebotSeed): Promise<void> {
  const route = `/instances/${request.instanceId}/typebots`;
  if (request.typebotId) {
    // If the user deleted the demo typebot, it is not created again.
    const address = { typebot_url: request.demoTypebotUrl };
    await call(request, 'PATCH', `${route}/${request.typebotId}`, request.apiKey, address);
    return;
  }
  const made = await post(request, route, request.apiKey, {
    description: 'Demo flow of npm start',
    typebot_url: request.demoTypebotUrl,
    public_id: demoFlowId,
    trigger_type: 'all',
    expire_in_minutes: 30,
    keyword_finish: 'exit',
    default_delay_ms: 500,
    debounce_ms: 800,
    unknown_message: 'Sorry, I cannot read this kind of message.',
    keep_open: true,
    stop_bot_from_me: true,
    locale: 'en',
  });
  await request.save({ typebotId: member(made, 'typebot_id') });
}

async function exists(request: SeedRequest, route: string, key: string): Promise<boolean> {
  return (await call(request, 'GET', route, key)).ok;
}

async function post(request: SeedRequest, route: string, key: string, body: unknown): Promise<unknown> {
  const response = await call(request, 'POST', route, key, body);
  if (!response.ok)
    throw new Error(`the demo data could not be made: POST ${route} answered ${response.status}`);
  return JSON.parse(response.text);
}

interface Answer {
  ok: boolean;
  status: number;
  text: string;
}

function call(
  request: SeedRequest,
  method: string,
  route: string,
  ...[key, body]: [key: string, body?: unknown]
): Promise<Answer> {
  return within(15_000, async (signal) => {
    const response = await fetch(request.apiUrl + route, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  });
}

function member(value: unknown, name: string): string {
  const found = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const text = found.find(([key]) => key === name)?.[1];
  if (typeof text !== 'string') throw new Error(`the demo data could not be made: the answer has no ${name}`);
  return text;
}
