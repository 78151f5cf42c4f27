import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { readFlow } from './public-link.js';
import { trialRequestSchema, trialSchema } from './schema.js';

/** `POST /instances/{id}/typebots/try`: asks the viewer whether it serves a flow, before one is configured. */
export function trialRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/typebots/try',
    idempotency: 'none',
    summary: 'Ask a viewer whether it serves a flow',
    description:
      'Starts a chat at Typebot without running any block: nothing is sent, and nothing appears among its results. Takes at most ten seconds.',
    body: trialRequestSchema,
    answers: {
      200: { description: 'What the viewer said', schema: trialSchema },
      ...nativeErrors(400, 403, 404, 413),
    },
    handle: async ({ body }) => {
      const flow = readFlow(body);
      const beganMs = performance.now();
      const trial = await deps.tryFlow({ typebotUrl: flow.typebot_url, publicId: flow.public_id });
      const { outcome, detail } = trial;
      return reply(200, { ...flow, outcome, detail, took_ms: Math.round(performance.now() - beganMs) });
    },
  });
}
