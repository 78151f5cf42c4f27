import { randomUUID } from 'node:crypto';
import type { Conversations, Scope } from '../../conversations/api.js';
import { AppError } from '../../errors.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import { instanceAccess, isUuid } from '../../http/access/instance-access.js';
import { phoneAddressKey, requirePhone } from '../../http/input/phone.js';
import type { Schema } from '../../http/input/schema.js';
import { reply, route } from '../../http/surface.js';
import { keyAccess } from '../../http/access/access.js';
import type { Addressed, DocumentedAnswers, Surface } from '../../http/surface.js';
import {
  changeCodechatIntegration,
  insertCodechatIntegration,
} from '../../store/accounts/codechat-integration.js';
import type { Db } from '../../store/db.js';
import type { TypebotRow } from '../../store/rows.js';
import { listSessions } from '../../store/sessions/session-reads.js';
import { findCodechatIntegration, listTypebots } from '../../store/accounts/typebots.js';
import { requireRoom } from '../quotas.js';
import type { Quotas } from '../quotas.js';
import { printError } from './errors.js';
import {
  actionSchema,
  createIntegrationSchema,
  errorReplySchema,
  integrationReplySchema,
  sessionListReplySchema,
  sessionQuerySchema,
  sessionReplySchema,
  updateIntegrationSchema,
} from './schema.js';
import { toIntegration, toSession, toSettings, type TypebotDefaults } from './translate.js';

/** What the CodeChat routes depend on. */
export interface CodechatDeps {
  auth: Auth;
  db: Db;
  conversations: Conversations;
  quotas: Quotas;
  /** The settings of a new configuration that CodeChat has no field for. */
  typebotDefaults: TypebotDefaults;
}

const PAGE_SIZE = 50;
const base = '/api/v2/instance/{instanceId}/typebot-integration';
const integrationPath = base;
const sessionsPath = `${base}/session` as const;
const sessionPath = `${base}/session/{sessionId}` as const;

/** The Typebot integration of CodeChat API v2. */
export function codechatSurface(deps: CodechatDeps): Surface {
  return {
    name: 'codechat',
    title: 'CodeChat API v2, Typebot integration',
    basePath: '/api/v2',
    bodyTypes: ['json'],
    wrongMethod: 404,
    routes: [
      createIntegration(deps),
      getIntegration(deps),
      updateIntegration(deps),
      deleteIntegration(deps),
      listInstanceSessions(deps),
      actOnSession(deps),
    ],
    printError,
  };
}

function createIntegration(deps: CodechatDeps) {
  const { db, quotas, typebotDefaults } = deps;
  return route({
    method: 'POST',
    path: integrationPath,
    audit: 'typebot.created',
    summary: 'Makes the Typebot integration of an instance',
    ...ofInstance(deps),
    body: createIntegrationSchema,
    answers: answers(201, integrationReplySchema),
    handle: async ({ context: scope, body }) => {
      const wanted = {
        ...scope,
        id: randomUUID(),
        publicId: body.publicId,
        enabled: body.enabled,
        settings: toSettings(body.typebotURL, typebotDefaults),
      };
      const typebot = await db.transaction(async (tx) => {
        await requireRoom(tx, quotas, scope.workspaceId, 'typebots');
        return insertCodechatIntegration(tx, wanted);
      });
      if (typebot === undefined) {
        throw new AppError('invalid_request', 'Typebot integration already exists');
      }
      return reply(201, toIntegration(typebot));
    },
  });
}

function getIntegration(deps: CodechatDeps) {
  return route({
    method: 'GET',
    path: integrationPath,
    summary: 'Shows the Typebot integration',
    ...ofInstance(deps),
    answers: answers(200, integrationReplySchema),
    handle: async ({ context: scope }) =>
      reply(200, toIntegration(existing(await findCodechatIntegration(deps.db, scope.instanceId)))),
  });
}

function updateIntegration(deps: CodechatDeps) {
  return route({
    method: 'PUT',
    path: integrationPath,
    audit: 'typebot.changed',
    summary: 'Changes the fields that are sent',
    ...ofInstance(deps),
    body: updateIntegrationSchema,
    answers: answers(201, integrationReplySchema),
    handle: async ({ context: scope, body }) => {
      const change = { publicId: body.publicId, enabled: body.enabled, typebotUrl: body.typebotURL };
      const typebot = await changeCodechatIntegration(deps.db, scope.instanceId, change);
      return reply(201, toIntegration(existing(typebot)));
    },
  });
}

function deleteIntegration(deps: CodechatDeps) {
  return route({
    method: 'DELETE',
    path: integrationPath,
    audit: 'typebot.deleted',
    summary: 'Deletes the integration with its sessions and their transcripts',
    ...ofInstance(deps),
    answers: answers(200, integrationReplySchema),
    handle: async ({ context: scope }) => {
      const typebot = existing(await findCodechatIntegration(deps.db, scope.instanceId));
      await deps.conversations.deleteTypebot(typebot.id);
      return reply(200, toIntegration(typebot));
    },
  });
}

function listInstanceSessions(deps: CodechatDeps) {
  return route({
    method: 'GET',
    path: sessionsPath,
    summary: 'Lists the sessions of the instance, newest first, 50 per page',
    ...ofInstance(deps),
    query: sessionQuerySchema,
    answers: answers(200, sessionListReplySchema),
    handle: async ({ context: scope, query }) => {
      const typebots = await listTypebots(deps.db, scope.instanceId);
      existing(typebots[0]);
      const filter = { shown: query.status, ...(await addressed(deps, scope, query.keyRemoteJid)) };
      const offset = Math.min((query.page - 1) * PAGE_SIZE, Number.MAX_SAFE_INTEGER);
      const sessions = await listSessions(deps.db, scope, filter, { limit: PAGE_SIZE, offset });
      return reply(200, sessions.map(toSession));
    },
  });
}

/** `keyRemoteJid` of the list is either a JID or a phone number. */
async function addressed({ db }: CodechatDeps, { instanceId }: InstanceScope, text: string | undefined) {
  if (text === undefined || !/^[\d\s()+.-]+$/.test(text)) return { remoteJid: text };
  const refuse = (problem: string) => new AppError('invalid_query', `keyRemoteJid ${problem}`);
  return { addressKey: phoneAddressKey(await requirePhone(db, instanceId, text, refuse)) };
}

function actOnSession(deps: CodechatDeps) {
  return route({
    method: 'PATCH',
    path: sessionPath,
    summary: 'Opens, closes, pauses or resumes a session',
    ...ofInstance(deps),
    body: actionSchema,
    answers: answers(200, sessionReplySchema),
    handle: async ({ context: scope, body, param }) => {
      const sessionId = param('sessionId');
      if (!isUuid(sessionId)) throw refusals.not_found();
      const result = await deps.conversations.control(scope, sessionId, { type: body.action });
      if (!result.ok) throw refusals[result.reason]();
      return reply(200, toSession(result.session));
    },
  });
}

const closed = () => new AppError('invalid_request', 'Session is closed');
const refusals = {
  not_found: () => new AppError('not_found', 'Session not found'),
  closed,
  // A resolved session refuses only a hand-over to a person, which this dialect cannot ask for.
  resolved: closed,
};

function existing(typebot: TypebotRow | undefined): TypebotRow {
  if (typebot === undefined) throw new AppError('not_found', 'Typebot integration not found');
  return typebot;
}

type InstanceScope = Scope & { instanceId: string };
type InstancePath = typeof integrationPath | typeof sessionsPath | typeof sessionPath;

function ofInstance({ auth, db }: CodechatDeps) {
  return {
    access: keyAccess(auth, 'codechat'),
    guard: async ({ who, param }: Addressed<InstancePath, Principal>): Promise<InstanceScope> => {
      const instanceId = param('instanceId');
      const access = await instanceAccess(db, who, instanceId);
      if (access === 'not_found') throw new AppError('not_found', 'Instance not found');
      if (access === 'forbidden') throw new AppError('forbidden', 'Forbidden resource');
      return { workspaceId: who.workspaceId, instanceId, actor: who.actor };
    },
  };
}

function answers(status: 200 | 201, schema: Schema<unknown>): DocumentedAnswers {
  const refused = (description: string) => ({ description, schema: errorReplySchema });
  return {
    [status]: { description: 'Done', schema },
    400: refused('A field or the state of the session does not fit'),
    401: refused('No valid credential'),
    403: refused('The instance is not the caller’s'),
    404: refused('No such instance, integration or session'),
    413: refused('More than 1 MiB'),
    429: refused('Too many requests'),
  };
}
