import { AppError } from '../../../errors.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { findInstance } from '../../../store/accounts/instances.js';
import { countPendingMessages, setInstanceStatus } from '../../../store/accounts/instance-health.js';
import { listTypebots } from '../../../store/accounts/typebots.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { healthSchema } from './schema.js';
import { isQuiet } from './translate.js';

/** `GET /instances/{id}/health`: asks the provider now and stores its answer. */
export function healthRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/health',
    summary: 'Ask the provider how the instance is',
    answers: { 200: { description: 'Its health', schema: healthSchema }, ...nativeErrors(403, 404) },
    handle: async ({ context }) => {
      const instance = await findInstance(deps.db, deps.keyRing, context.instanceId);
      if (instance === undefined) throw new AppError('not_found', 'instance not found');
      const connection = deps.channels.connect(instance);
      const health = await connection.channel.health(connection.context);
      // Channels without a provider to ask keep the status that the last send or event left. Refused credentials end
      // only with a provider that says it is connected.
      const stillRefused = instance.status === 'auth_failed' && health.status !== 'connected';
      const status = health.assumed || stillRefused ? instance.status : health.status;
      if (!health.assumed) await setInstanceStatus(deps.db, instance.id, status, health.detail);
      const typebots = await listTypebots(deps.db, instance.id);
      return reply(200, {
        status,
        checked_at: new Date().toISOString(),
        detail: health.detail,
        last_inbound_at: instance.lastInboundAt?.toISOString() ?? null,
        last_send_at: instance.lastSendAt?.toISOString() ?? null,
        webhook: health.webhook ?? null,
        quiet: isQuiet(instance, Date.now()),
        pending_messages: await countPendingMessages(deps.db, instance.id),
        typebots: typebots.map(({ id, lastError }) => ({ typebot_id: id, last_error: lastError })),
      });
    },
  });
}
