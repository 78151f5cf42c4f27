import type { Xray } from '../../../conversations/api.js';
import { parseWith } from '../../../http/input/schema.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import type { TypebotRow } from '../../../store/rows.js';
import { instanceRouteStart, requireTypebot } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { configurationSchema, newConfigurationSchema, xrayRequestSchema, xraySchema } from './schema.js';
import { fromConfiguration, toConfiguration } from './translate.js';
import { requireValid } from './valid.js';

/** `POST /instances/{id}/typebots/xray`: how a change of the rules would have affected recent first messages. */
export function xrayRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/xray',
    idempotency: 'none',
    summary: 'Try recent first messages against a configuration before it is saved',
    description:
      'Starts and stores nothing. Examines only messages that started a session, since others are not stored, and ignores mutes, cooldowns and quiet minutes. Stops after two seconds.',
    body: xrayRequestSchema,
    answers: {
      200: { description: 'What would change', schema: xraySchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ context: { instanceId }, body: { typebot_id: id, ...change } }) => {
      const stored = id ? await requireTypebot(deps.db, instanceId, id) : undefined;
      const xray = await deps.conversations.xray({
        instanceId,
        typebotId: stored?.id ?? null,
        change: changedFields(deps, stored, change),
      });
      return reply(200, toView(xray));
    },
  });
}

/** Makes a new configuration valid without a flow; no viewer is asked. */
const NEW = { typebot_url: 'https://typebot.io', public_id: 'new', trigger_type: 'all' };

function changedFields(deps: NativeDeps, stored: TypebotRow | undefined, change: Record<string, unknown>) {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const parsed =
    stored === undefined
      ? parseWith(newConfigurationSchema(deps.defaults), { ...NEW, ...given })
      : parseWith(configurationSchema, { ...toConfiguration(stored), ...given });
  const configuration = requireValid(parsed);
  return fromConfiguration({ ...configuration, public_id: configuration.public_id ?? NEW.public_id });
}

function toView({ changes, ...counts }: Xray) {
  const start = (one: Xray['changes'][number]['was']) =>
    one && { typebot_id: one.id || null, public_id: one.publicId };
  return {
    ...counts,
    changes: changes.map(({ text, count, was, becomes }) => ({
      ...{ text, count, was: start(was), becomes: start(becomes) },
    })),
  };
}
