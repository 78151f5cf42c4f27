import { keyAccess } from '../../../../http/access/access.js';
import { reply, route } from '../../../../http/surface.js';
import type { Route } from '../../../../http/surface.js';
import type { ControlRequest, ControlResult } from '../../../../conversations/api.js';
import { selectActive } from '../../../../store/sessions/overview-list.js';
import type { NativeDeps } from '../../deps.js';
import { nativeErrors } from '../../surface.js';
import { bulkResultSchema, bulkSchema, overviewFiltersSchema, selectionSchema } from './schema.js';
import { readOverviewFilter } from './filter.js';

const MAX_SELECTED = 1_000;
/** How many sessions are changed at once: each waits for a send in progress, and the pool has other users. */
const SIDE_BY_SIDE = 4;

/** Selecting many sessions, and changing them. */
export function bulkRoutes(deps: NativeDeps): Route[] {
  return [selectionRoute(deps), bulkRoute(deps)];
}

function selectionRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/sessions/selection',
    summary: 'Name the active sessions that fit some filters, before something is done with all of them',
    access: keyAccess(deps.auth),
    query: overviewFiltersSchema,
    answers: { 200: { description: 'Their ids', schema: selectionSchema }, ...nativeErrors(400) },
    handle: async ({ who, query }) => {
      const filter = await readOverviewFilter(deps.db, who, query);
      const found = filter ? await selectActive(deps.db, who, filter, MAX_SELECTED + 1) : [];
      const complete = found.length <= MAX_SELECTED;
      return reply(200, { session_ids: found.slice(0, MAX_SELECTED), complete });
    },
  });
}

function bulkRoute(deps: NativeDeps): Route {
  return route({
    method: 'POST',
    path: '/sessions/bulk',
    idempotency: 'parts',
    summary: 'Pause, resume or close up to a hundred sessions',
    description: 'Each is done by itself: one that is refused does not hold up the others.',
    access: keyAccess(deps.auth),
    body: bulkSchema,
    answers: {
      200: { description: 'What became of them', schema: bulkResultSchema },
      ...nativeErrors(400, 413),
    },
    handle: async ({ who, body, once }) => {
      const ids = [...new Set(body.session_ids)];
      const request = toRequest(body.action, body.minutes);
      const refused = await eachOf(ids, (id) =>
        once(id, async () => refusalOf(await deps.conversations.control(who, id, request))),
      );
      return reply(200, { applied: ids.length - refused.length, refused });
    },
  });
}

function toRequest(action: 'pause' | 'resume' | 'close', minutes: number | undefined): ControlRequest {
  if (action === 'pause') return { type: 'pause', minutes };
  return action === 'close' ? { type: 'close', onlyActive: true } : { type: 'resume' };
}

type Refusal = 'not_found' | 'closed';

function refusalOf(result: ControlResult): Refusal | null {
  if (result.ok) return null;
  return result.reason === 'not_found' ? 'not_found' : 'closed';
}

/** Those that are refused. */
async function eachOf(ids: string[], control: (id: string) => Promise<Refusal | null>) {
  const refused: { id: string; reason: Refusal }[] = [];
  const left = ids.values();
  const work = async () => {
    for (const id of left) {
      const reason = await control(id);
      if (reason !== null) refused.push({ id, reason });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return refused;
}
