import { Router } from 'express';
import type { Response } from 'express';
import { docsPage } from './docs-page.js';
import { openApiDocument, wholeDocument } from './openapi.js';
import type { Json } from './plain-paths.js';
import type { OpenApiInfo } from './openapi.js';
import type { Surface } from '../surface.js';

/**
 * `/openapi.json` for the whole API, `/docs/{surface}/openapi.json` for each dialect, and both as pages at `/docs` and
 * `/docs/{surface}`, the native one, without a base path, first. Without credentials: they hold nothing of anybody.
 */
export function docsRoutes(mounted: readonly Surface[], info: OpenApiInfo): Router {
  const router = Router({ caseSensitive: true });
  const surfaces = mounted.toSorted((a, b) => a.basePath.length - b.basePath.length);
  const links = [
    { title: 'Everything', href: '/docs' },
    ...surfaces.map(({ name, title }) => ({ title, href: `/docs/${name}` })),
    { title: 'openapi.json', href: '/openapi.json' },
  ];
  const offer = (path: string, documentPath: string, document: Json) => {
    const page = docsPage(document, links);
    router.get(documentPath, (_request, response) => {
      response.json(document);
    });
    router.get(path, (_request, response) => sendPage(response, page));
  };
  offer('/docs', '/openapi.json', wholeDocument(surfaces, info));
  for (const surface of surfaces) {
    const document = openApiDocument(surface.title, [surface], info);
    offer(`/docs/${surface.name}`, `/docs/${surface.name}/openapi.json`, document);
  }
  return router;
}

function sendPage(response: Response, page: string): void {
  response
    .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    .type('html')
    .send(page);
}
