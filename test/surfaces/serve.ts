import { createServer, type Server } from 'node:http';
import express from 'express';
import { AppError } from '../../src/errors.js';
import type { Surface } from '../../src/http/surface.js';

export async function serveSurfaces(surfaces: Surface[]): Promise<Server> {
  const app = express();
  for (const surface of surfaces) {
    for (const route of surface.routes) {
      app.all(route.path.replace(/\{(\w+)\}/g, ':$1'), (request, response, next) => {
        if (request.method !== route.method) return next();
        const tools = { bodyTypes: surface.bodyTypes, limit: () => Promise.resolve() };
        route.run(request, tools).then(
          (answer) => 'status' in answer && response.status(answer.status).json(answer.body),
          (error: unknown) => {
            const { status, body } = surface.printError(
              error instanceof AppError
                ? error
                : (console.error(error), new AppError('internal', 'internal server error')),
            );
            response.status(status).json(body);
          },
        );
      });
    }
    app.use(surface.basePath, (request, response) => {
      const known = surface.routes.some((route) =>
        new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(request.baseUrl + request.path),
      );
      const code = known && surface.wrongMethod === 405 ? 'method_not_allowed' : 'not_found';
      const { status, body } = surface.printError(new AppError(code, code.replaceAll('_', ' ')));
      response.status(status).json(body);
    });
  }
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
