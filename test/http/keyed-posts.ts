import { ADMIN_KEY, newPhone } from './api.js';
import type { Api, Json } from './api.js';

/** What a workspace has before a request. */
export interface Ids {
  instance: string;
  workspace: string;
  typebot: string;
  session: string;
  sessionUid: string;
  otherSession: string;
}

/** A request that sends, creates or changes something. */
export interface Post {
  path: string;
  json?: Json;
  headers?: Record<string, string>;
}

/** POST routes by their path in the OpenAPI documents: what to send, and to which of the ids. */
export const keyedPosts: Record<string, (ids: Ids) => Post> = {
  '/workspaces': () => ({
    path: '/workspaces',
    json: { name: 'W' },
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  }),
  '/workspaces/{id}/keys': ({ workspace }) => ({
    path: `/workspaces/${workspace}/keys`,
    json: { name: 'new' },
  }),
  '/workspaces/{id}/client/rotate': ({ workspace }) => ({
    path: `/workspaces/${workspace}/client/rotate`,
    json: {},
  }),
  '/instances': () => ({ path: '/instances', json: { name: 'A', channel: { type: 'sandbox' } } }),
  '/instances/{id}/token/rotate': ({ instance }) => ({
    path: `/instances/${instance}/token/rotate`,
    json: {},
  }),
  '/instances/{id}/silence': ({ instance }) => ({ path: `/instances/${instance}/silence`, json: {} }),
  '/instances/{id}/contacts/{phone}/mute': ({ instance }) => ({
    path: `/instances/${instance}/contacts/${newPhone()}/mute`,
    json: { minutes: 5 },
  }),
  '/instances/{id}/sandbox/messages': ({ instance }) => ({
    path: `/instances/${instance}/sandbox/messages`,
    json: { phone: newPhone(), message: 'start it' },
  }),
  '/instances/{id}/typebots': ({ instance }) => ({ path: `/instances/${instance}/typebots`, json: flow }),
  '/instances/{id}/typebots/sessions/start': ({ instance }) => ({
    path: `/instances/${instance}/typebots/sessions/start`,
    json: { public_id: 'flow', phone: newPhone(), message: 'hi' },
  }),
  '/instances/{id}/typebots/{typebotId}/sessions/start': ({ instance, typebot }) => ({
    path: `/instances/${instance}/typebots/${typebot}/sessions/start`,
    json: { phone: newPhone(), message: 'hi' },
  }),
  '/instances/{id}/typebots/sessions/{session}/messages': (ids) =>
    ofSession(ids, 'messages', { message: 'I' }),
  '/instances/{id}/typebots/sessions/{session}/restart': (ids) =>
    ofSession(ids, 'restart', { message: 'again' }),
  '/instances/{id}/typebots/sessions/{session}/pause': (ids) => ofSession(ids, 'pause', { minutes: 5 }),
  '/instances/{id}/typebots/sessions/{session}/resume': (ids) => ofSession(ids, 'resume', {}),
  '/instances/{id}/typebots/sessions/{session}/close': (ids) => ofSession(ids, 'close', {}),
  '/sessions/bulk': ({ session, otherSession }) => ({
    path: '/sessions/bulk',
    json: { action: 'close', session_ids: [session, otherSession] },
  }),
  '/subscriptions': () => ({
    path: '/subscriptions',
    json: { url: 'https://e.example', events: ['message.sent'] },
  }),
  '/console/sign-in-links': () => ({ path: '/console/sign-in-links', json: {} }),
  '/api/v2/instance/{instanceId}/typebot-integration': ({ instance }) => ({
    path: `/api/v2/instance/${instance}/typebot-integration`,
    json: { publicId: 'flow' },
  }),
  '/chatbot/v1/createSession': ({ typebot }) => ({
    path: '/chatbot/v1/createSession',
    json: { widget_uid: typebot },
  }),
  '/chatbot/v1/updateSession': ({ sessionUid }) => ({
    path: '/chatbot/v1/updateSession',
    json: { session_uid: sessionUid, state: 'resolved' },
  }),
  '/chatbot/v1/sendMessage': ({ typebot, sessionUid }) => ({
    path: '/chatbot/v1/sendMessage',
    json: { widget_uid: typebot, session_uid: sessionUid, message: 'hi', send_by: 'operator' },
  }),
  '/v1/chat/conversations': (ids) => botpress(ids, 'conversations', { channel: 'web', tags: {} }),
  '/v1/chat/conversations/get-or-create': (ids) =>
    botpress(ids, 'conversations/get-or-create', { channel: 'web', tags: { id: ids.session } }),
  '/v1/chat/users': (ids) => botpress(ids, 'users', { tags: {} }),
  '/v1/chat/users/get-or-create': (ids) =>
    botpress(ids, 'users/get-or-create', { tags: { id: ids.session } }),
  '/v1/chat/messages': (ids) => botpress(ids, 'messages', messageOf(ids)),
  '/v1/chat/messages/get-or-create': (ids) => botpress(ids, 'messages/get-or-create', messageOf(ids)),
};

/** Routes that honour a key like all others and need more than `Ids`; their own tests use them. */
export const untried = [
  '/workspaces/{id}/keys/{keyId}/rotate',
  '/instances/{id}/import/evolution',
  '/instances/{id}/typebots/sessions/{session}/held/drop',
  '/instances/{id}/typebots/sessions/{session}/held/{message}/send',
  '/instances/{id}/typebots/sessions/{session}/held/{message}/drop',
  '/subscriptions/{id}/deliveries/{deliveryId}/retry',
];

const flow = {
  typebot_url: 'https://bot.example/',
  public_id: 'flow',
  trigger_type: 'none',
  keep_open: true,
  open_tags: true,
};

function ofSession({ instance, session }: Ids, action: string, json: Json): Post {
  return { path: `/instances/${instance}/typebots/sessions/${session}/${action}`, json };
}

function botpress({ typebot }: Ids, path: string, json: Json): Post {
  return { path: `/v1/chat/${path}`, json, headers: { 'x-bot-id': typebot } };
}

function messageOf({ session, typebot }: Ids): Json {
  return { conversationId: session, userId: typebot, tags: {}, type: 'text', payload: { text: 'hi' } };
}

/** A new workspace with all of them, and its key. */
export async function makeIds(api: Api): Promise<Ids & { key: string }> {
  const { key, workspaceId: workspace } = await api.tenant();
  const sandbox = { name: 'S', channel: { type: 'sandbox' } };
  const instance = (await api.call('POST', '/instances', { key, json: sandbox })).body.id;
  const base = `/instances/${instance}/typebots`;
  const typebot = (await api.call('POST', base, { key, json: flow })).body.typebot_id;
  const start = async () => {
    const json = { public_id: 'flow', phone: newPhone(), message: 'hi' };
    await api.call('POST', `${base}/sessions/start`, { key, json });
    return (await api.call('GET', `${base}/sessions?phone=${json.phone}`, { key })).body[0];
  };
  const [session, other] = [await start(), await start()];
  const { id, session_uid: sessionUid } = session;
  return { key, instance, workspace, typebot, session: id, sessionUid, otherSession: other.id };
}

const COUNTED = ['workspaces', 'instances', 'typebots', 'sessions', 'outbox', 'inbox', 'session_events'];
const COUNTED_TOO = ['subscriptions', 'api_keys', 'botpress_users', 'console_sessions', 'contacts', 'audit'];

/** How much there is of everything that a request could make, and how often secrets and states were changed. */
export async function countAll(api: Api): Promise<Record<string, number>> {
  const counts = [...COUNTED, ...COUNTED_TOO].map(
    (table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`,
  );
  const { rows } = await api.db.query<Record<string, number>>(
    `SELECT ${counts.join(', ')}, (SELECT sum(client_value_no)::int FROM workspaces) AS secrets,
       (SELECT sum(value_no)::int FROM api_keys) AS key_values`,
  );
  return rows[0] ?? {};
}

/** The POST routes whose documentation names the header, of all dialects. */
export async function keyedPaths(api: Api): Promise<string[]> {
  const { body } = await api.call('GET', '/openapi.json');
  const takesKey = ([, { post }]: [string, Json]) =>
    post?.parameters?.some(({ name }: Json) => name === 'Idempotency-Key');
  return Object.entries<Json>(body.paths)
    .filter(takesKey)
    .map(([path]) => path)
    .toSorted();
}
