import { randomUUID } from 'node:crypto';
import { AppError } from '../../../errors.js';
import { parseWith } from '../../../http/input/schema.js';
import { requirePhone } from '../../../http/input/phone.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import type { Tx } from '../../../store/db.js';
import { sealApiToken } from '../../../store/accounts/typebot-tokens.js';
import type { KeyRing } from '../../../store/secrets.js';
import type { TypebotRow } from '../../../store/rows.js';
import {
  insertTypebot,
  lockTypebot,
  pageOfTypebots,
  updateTypebot,
} from '../../../store/accounts/typebots.js';
import { instanceRouteStart, requireTypebot } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { requireRoom } from '../../quotas.js';
import { requirePlace } from '../../require-place.js';
import { inOrderSchema, okSchema } from '../schema.js';
import { nativeErrors } from '../surface.js';
import {
  changedConfigurationSchema,
  configurationChangeSchema,
  configurationListSchema,
  configurationSchema,
  configurationViewSchema,
  evaluateSchema,
  evaluationSchema,
  newConfigurationSchema,
} from './schema.js';
import { requireValid } from './valid.js';
import { xrayRoute } from './xray-route.js';
import { trialRoute } from './trial-route.js';
import { readFlow } from './public-link.js';
import type { Flow } from './public-link.js';
import type { Configuration, ConfigurationChange } from './schema.js';
import { requireSecretsAgain } from '../../secret-origins.js';
import { fromConfiguration, toConfiguration, toConfigurationView, toEvaluationView } from './translate.js';

/** Configurations, and the trial of their triggers. */
export function typebotRoutes(deps: NativeDeps): Route[] {
  return [
    evaluateRoute(deps),
    trialRoute(deps),
    xrayRoute(deps),
    listRoute(deps),
    createRoute(deps),
    changeRoute(deps),
    deleteRoute(deps),
  ];
}

function listRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/typebots',
    summary: 'List typebot configurations in evaluation order',
    query: inOrderSchema,
    answers: {
      200: { description: 'The configurations', schema: configurationListSchema },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ context: { instanceId }, query }) => {
      await requirePlace('after', query.after, (id) => requireTypebot(deps.db, instanceId, id));
      return reply(200, (await pageOfTypebots(deps.db, instanceId, query)).map(toConfigurationView));
    },
  });
}

function createRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots',
    audit: 'typebot.created',
    summary: 'Add a typebot configuration',
    body: newConfigurationSchema(deps.defaults),
    answers: {
      201: { description: 'The configuration', schema: configurationViewSchema },
      ...nativeErrors(400, 403, 404, 409, 413),
    },
    handle: async ({ who, context, body: { typebot_api_token: token = null, ...body } }) => {
      const id = randomUUID();
      const wanted = {
        ...fromConfiguration({ ...body, ...readFlow(body) }),
        id,
        apiToken: sealApiToken(deps.keyRing, id, token),
        workspaceId: who.workspaceId,
        instanceId: context.instanceId,
        codechatIntegration: false,
      };
      const typebot = await deps.db.transaction(async (tx) => {
        await requireRoom(tx, deps.quotas, who.workspaceId, 'typebots');
        return insertTypebot(tx, wanted);
      });
      return reply(201, toConfigurationView(typebot));
    },
  });
}

function changeRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'PATCH',
    path: '/instances/{id}/typebots/{typebotId}',
    audit: 'typebot.changed',
    summary: 'Change a typebot configuration',
    description: 'Running sessions use the new values from their next message on.',
    body: configurationChangeSchema,
    answers: {
      200: { description: 'The changed configuration', schema: changedConfigurationSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ context, body, param }) => {
      const { id } = await requireTypebot(deps.db, context.instanceId, param('typebotId'));
      const typebot = await deps.db.transaction((tx) => change(tx, deps.keyRing, id, body));
      return reply(200, { ...toConfigurationView(typebot), status: 'ok' });
    },
  });
}

async function change(
  tx: Tx,
  ring: KeyRing,
  id: string,
  { typebot_api_token: token, ...wanted }: ConfigurationChange,
): Promise<TypebotRow> {
  const stored = await lockTypebot(tx, id);
  if (stored === undefined) throw new AppError('not_found', 'typebot not found');
  const before = toConfiguration(stored);
  const moves = wanted.typebot_url !== undefined && wanted.typebot_url !== before.typebot_url;
  const moved = moves ? movedFlow(wanted, before) : {};
  const merged = requireValid(parseWith(configurationSchema, { ...before, ...wanted, ...moved }));
  if (token === undefined && stored.hasApiToken) requireTokenAgain(before, merged);
  const isSame = JSON.stringify(merged) === JSON.stringify({ ...merged, ...before });
  if (isSame && token === undefined) return stored;
  const apiToken = token === undefined ? undefined : sealApiToken(ring, id, token);
  return updateTypebot(tx, id, { ...fromConfiguration(merged), apiToken });
}

/** A token is only ever sent to the origin it was given for. */
function requireTokenAgain(before: Configuration, after: Configuration): void {
  requireSecretsAgain({
    ...{ prefix: '', secretMembers: ['typebot_api_token'], given: {} },
    stored: { typebot_api_url: before.typebot_api_url, typebot_api_token: true },
    changed: { typebot_api_url: after.typebot_api_url },
  });
}

/** A new address is either the whole link of another flow or another root for the same flow. */
function movedFlow({ typebot_url, public_id }: Partial<Configuration>, before: Flow): Flow {
  const url = new URL(typebot_url ?? before.typebot_url);
  const isRoot = url.pathname.endsWith('/');
  return readFlow({ typebot_url: url.href, public_id: public_id ?? (isRoot ? before.public_id : undefined) });
}

function deleteRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'DELETE',
    path: '/instances/{id}/typebots/{typebotId}',
    audit: 'typebot.deleted',
    summary: 'Delete a typebot configuration with its sessions and transcripts',
    answers: { 200: { description: 'Deleted', schema: okSchema }, ...nativeErrors(403, 404) },
    handle: async ({ context, param }) => {
      const { id } = await requireTypebot(deps.db, context.instanceId, param('typebotId'));
      await deps.conversations.deleteTypebot(id);
      return reply(200, { status: 'ok' });
    },
  });
}

function evaluateRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/evaluate',
    idempotency: 'none',
    summary: 'Say which typebot would start for a text, and why',
    description: 'Starts and stores nothing.',
    body: evaluateSchema,
    answers: {
      200: { description: 'The evaluation', schema: evaluationSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ context, body }) => {
      const evaluation = await deps.conversations.evaluate({
        instanceId: context.instanceId,
        text: body.text,
        phone: body.phone && (await requirePhone(deps.db, context.instanceId, body.phone)),
        fromMe: body.from_me,
        isGroup: body.is_group,
      });
      return reply(200, toEvaluationView(evaluation));
    },
  });
}
