import { once } from 'node:events';
import type { Response } from 'express';
import { keyAccess } from '../../../../http/access/access.js';
import { route } from '../../../../http/surface.js';
import type { Route } from '../../../../http/surface.js';
import { listOverview, overviewPlace } from '../../../../store/sessions/overview-list.js';
import type { OverviewFilter } from '../../../../store/sessions/overview-list.js';
import type { SessionOverview } from '../../../../store/sessions/overview.js';
import type { ReadScope } from '../../../../store/read-scope.js';
import type { NativeDeps } from '../../deps.js';
import { nativeErrors } from '../../surface.js';
import { exportForms } from './export-forms.js';
import { exportQuerySchema } from './schema.js';
import { readOverviewFilter } from './filter.js';

/** Spreadsheets do not open more rows anyway. The file says if it was cut. */
const MAX_ROWS = 100_000;
const PAGE = 500;

/** `GET /sessions/export`. It is written page by page, so that neither memory nor a transaction grows with it. */
export function exportRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/sessions/export',
    summary: 'Export sessions as CSV or JSON, the newest message first',
    description:
      'What is known of them, without messages; at most 100,000. Cells that a spreadsheet would read as a formula begin with an apostrophe.',
    access: keyAccess(deps.auth),
    query: exportQuerySchema,
    answers: {
      200: { description: 'text/csv, or application/json with `sessions` and `complete`' },
      ...nativeErrors(400),
    },
    handle: async ({ who, query: { format, ...filters }, signal }) => {
      const filter = await readOverviewFilter(deps.db, who, filters);
      // Read before the first byte is sent, so that a failure can still be answered with an error.
      const first = filter ? await listOverview(deps.db, who, filter, { limit: PAGE }) : [];
      const pages = filter ? pagesAfter(deps, who, filter, first) : [first];
      return { stream: (response) => write(response, { format, pages, signal }) };
    },
  });
}

async function* pagesAfter(
  { db }: NativeDeps,
  scope: ReadScope,
  filter: OverviewFilter,
  first: SessionOverview[],
): AsyncGenerator<SessionOverview[]> {
  let page = first;
  while (page.length > 0) {
    yield page;
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return;
    page = await listOverview(db, scope, filter, { limit: PAGE, after: overviewPlace(last, 'lastMessage') });
  }
}

interface Writing {
  format: 'csv' | 'json';
  pages: AsyncIterable<SessionOverview[]> | SessionOverview[][];
  signal: AbortSignal;
}

async function write(response: Response, { format, pages, signal }: Writing): Promise<void> {
  const form = exportForms[format];
  response.status(200).set('Content-Type', form.contentType);
  response.set('Content-Disposition', `attachment; filename="conversations.${format}"`);
  response.set('Cache-Control', 'no-store');
  let count = 0;
  response.write(form.begin);
  for await (const page of pages) {
    if (signal.aborted) return;
    const rows = page.slice(0, MAX_ROWS - count);
    const text = rows.map((row, index) => form.row(row, count + index)).join('');
    count += rows.length;
    if (!response.write(text)) await once(response, 'drain', { signal }).catch(() => undefined);
    if (rows.length < page.length) {
      response.end(form.end(false));
      return;
    }
  }
  response.end(form.end(true));
}
