import { AppError } from '../../errors.js';
import type { Auth } from '../../http/access/auth.js';
import { reply, route } from '../../http/surface.js';
import { openAccess } from '../../http/access/access.js';
import type { Route } from '../../http/surface.js';
import { tokenRequestSchema, tokenSchema } from './schema.js';
import { nativeErrors } from './surface.js';

/** `POST /token`: a bearer token for a client token and its secret. */
export function tokenRoute(auth: Auth): Route {
  return route({
    method: 'POST',
    path: '/token',
    summary: 'Exchange client token and client secret for a bearer token',
    access: openAccess(),
    body: tokenRequestSchema,
    answers: { 200: { description: 'The token', schema: tokenSchema }, ...nativeErrors(400, 413) },
    handle: async ({ body }) => {
      const token = await auth.issueToken(body.client_token, body.client_secret);
      if (token === undefined) throw new AppError('unauthorized', 'invalid client credentials');
      return reply(200, { access_token: token.accessToken, expires_in: token.expiresIn });
    },
  });
}
