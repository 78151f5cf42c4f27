import { AppError } from '../../../errors.js';
import type { Actor } from '../../../store/rows.js';
import type { Answer } from '../../../http/answer.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { emptySchema } from '../schema.js';
import { nativeErrors } from '../surface.js';
import { silenceSchema } from './schema.js';

/** `/instances/{id}/silence`: the panic switch of a number. */
export function silenceRoutes(deps: NativeDeps): Route[] {
  return [silenceRoute(deps), speakRoute(deps)];
}

function silenceRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/silence',
    audit: 'number.silenced',
    summary: 'Silence every bot of a number at once',
    description:
      'No trigger starts a session, and no bot says anything, not even in running sessions. Messages are still recorded, and people may still write. Once this call has answered, no bot sends anything.',
    body: emptySchema,
    answers: {
      200: { description: 'The bots are silent', schema: silenceSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: ({ who, context }) => set(deps, context.instanceId, { silent: true, actor: who.actor }),
  });
}

function speakRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'DELETE',
    path: '/instances/{id}/silence',
    audit: 'number.unsilenced',
    summary: 'Let the bots of a number speak again',
    description:
      'What they had begun goes on. Messages that came meanwhile were recorded and are not answered.',
    answers: {
      200: { description: 'The bots may speak', schema: silenceSchema },
      ...nativeErrors(403, 404),
    },
    handle: ({ who, context }) => set(deps, context.instanceId, { silent: false, actor: who.actor }),
  });
}

async function set(
  { conversations }: NativeDeps,
  instanceId: string,
  { silent, actor }: { silent: boolean; actor: Actor | undefined },
): Promise<Answer> {
  const done = await conversations.silence(instanceId, silent, actor);
  if (done === undefined) throw new AppError('not_found', 'instance not found');
  return reply(200, { status: 'ok', silenced_at: done.silencedAt?.toISOString() ?? null });
}
