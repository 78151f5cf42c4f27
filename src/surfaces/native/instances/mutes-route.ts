import { AppError } from '../../../errors.js';
import { decodeCursor, encodeCursor } from '../../../http/input/cursor.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { listMuted } from '../../../store/contacts/mutes.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { mutePageSchema, muteQuerySchema } from './schema.js';

/** `GET /instances/{id}/mutes`. */
export function mutesRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/mutes',
    summary: 'List the contacts that are muted now, those whose mute ends first before the others',
    query: muteQuerySchema,
    answers: {
      200: { description: 'A page of contacts', schema: mutePageSchema },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ context, query: { limit, cursor } }) => {
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new AppError('invalid_query', 'cursor is not one that a page gave');
      }
      const found = await listMuted(deps.db, context.instanceId, { limit: limit + 1, after });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return reply(200, {
        mutes: page.map(({ phone, remoteJid, pushName, mutedUntil }) => ({
          ...{ phone, remote_jid: remoteJid, push_name: pushName },
          muted_until: mutedUntil.toISOString(),
        })),
        next_cursor: last ? encodeCursor({ at: last.mutedUntil, rowId: last.rowId }) : null,
      });
    },
  });
}
