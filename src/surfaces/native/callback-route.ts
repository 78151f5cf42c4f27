import type { InboundPort } from '../../conversations/arrivals/inbound.js';
import { AppError } from '../../errors.js';
import { reply, route } from '../../http/surface.js';
import { openAccess } from '../../http/access/access.js';
import type { Route } from '../../http/surface.js';
import { anyJsonSchema, okSchema } from './schema.js';
import { nativeErrors } from './surface.js';

/** `POST /callbacks/{token}`: delivers the webhook that a flow is waiting for. The token is the credential. */
export function callbackRoute(inbound: InboundPort): Route {
  return route({
    method: 'POST',
    path: '/callbacks/{token}',
    summary: 'Go on with a flow that waits for a webhook',
    access: openAccess(),
    body: anyJsonSchema,
    answers: {
      202: { description: 'The flow goes on', schema: okSchema },
      ...nativeErrors(400, 404, 413),
    },
    handle: async ({ body, param }) => {
      const isWaiting = await inbound.callback(param('token'), body);
      if (!isWaiting) throw new AppError('not_found', 'nothing waits for this callback');
      return reply(202, { status: 'ok' });
    },
  });
}
