import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { Router } from 'express';
import type { RequestHandler } from 'express';
import { pageHeaders } from '../security-headers.js';

// The build's place as seen from dist/src, and from src.
const folders = ['../../../console', '../../../dist/console'].map((place) =>
  path.resolve(import.meta.dirname, place),
);

/** For files whose name contains their hash, so that their content never changes. */
const YEAR = 'public, max-age=31536000, immutable';

/**
 * The built console below `/console`: its files, and its one page for every other path, since the page does its own
 * routing. Serves nothing when the console has not been built.
 */
export function consoleFiles(
  folder = folders.find((place) => existsSync(path.join(place, 'index.html'))),
): Router {
  const routes = Router({ caseSensitive: true });
  if (folder === undefined) return routes;
  const page = [pageHeaders({ media: 'anywhere' }), sendPage(folder)];
  routes.get(['/console', '/console/'], page);
  routes.use(
    '/console/assets',
    express.static(path.join(folder, 'assets'), {
      index: false,
      setHeaders: (response) => response.setHeader('Cache-Control', YEAR),
    }),
    noSuchFile,
  );
  routes.get(/^\/console\/(?!api(\/|$))/, page);
  return routes;
}

function sendPage(folder: string): RequestHandler {
  return (_request, response) => {
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: folder });
  };
}

// A plain 404 instead of the page: HTML in place of a script only hides the error.
const noSuchFile: RequestHandler = (_request, response) => {
  response.status(404).type('text/plain').send('Not found');
};
