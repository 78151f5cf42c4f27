import { createRequire } from 'node:module';
import path from 'node:path';
import { Router } from 'express';
import express from 'express';
import { pageHeaders } from '../security-headers.js';
import type { Surface } from '../surface.js';
import { docsPage } from './docs-page.js';
import { openApiDocument, wholeDocument } from './openapi.js';
import type { OpenApiInfo } from './openapi.js';
import type { Json } from './plain-paths.js';

/**
 * Serves `/openapi.json` for the whole API and `/docs/{surface}/openapi.json` for each dialect, both also as pages at
 * `/docs` and `/docs/{surface}`. The native surface comes first. No credential is needed: they hold nobody's data.
 */
export function docsRoutes(mounted: readonly Surface[], info: OpenApiInfo): Router {
  const router = Router({ caseSensitive: true });
  const surfaces = mounted.toSorted((a, b) => a.basePath.length - b.basePath.length);
  const links = [
    { title: 'Everything', href: '/docs' },
    ...surfaces.map(({ name, title }) => ({ title, href: `/docs/${name}` })),
    { title: 'openapi.json', href: '/openapi.json' },
  ];
  const offer = (href: string, document: string, content: Json, title: string) => {
    const page = docsPage({ title, href, document }, links);
    router.get(document, (_request, response) => {
      response.json(content);
    });
    router.get(href, pageHeaders({ media: 'own' }), (_request, response) => {
      response.type('html').send(page);
    });
  };
  offer('/docs', '/openapi.json', wholeDocument(surfaces, info), 'Parley API');
  for (const surface of surfaces) {
    const document = openApiDocument(surface.title, [surface], info);
    offer(`/docs/${surface.name}`, `/docs/${surface.name}/openapi.json`, document, surface.title);
  }
  return router.use(assets());
}

/** Swagger UI from its package, and the page's own files. */
function assets(): Router {
  const router = Router({ caseSensitive: true });
  const swaggerUi = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    router.get(`/docs/assets/${name}`, (_request, response) => {
      response.sendFile(name, { root: swaggerUi });
    });
  }
  return router.use('/docs/assets', express.static(path.join(import.meta.dirname, 'page'), { index: false }));
}
