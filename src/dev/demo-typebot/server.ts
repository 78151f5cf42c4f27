import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import path from 'node:path';
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import { openDemoChats, type DemoChats } from './chats.js';
import { createDemoEngine, type DemoEngine } from './engine.js';
import { demoFlow } from './flow.js';
import { continueChatSchema, startChatSchema } from './schema.js';
import { demoFlowId } from '../seed.js';

/**
 * Starts a small stand-in for a Typebot viewer on the loopback interface. It serves one flow, with the public id
 * `demo`, over Typebot's chat API. Its chats survive a kill.
 */
export async function startDemoTypebot(options: {
  port: number;
  /** Where its chats are kept. */
  folder: string;
}): Promise<{ url: string; stop(): Promise<void> }> {
  const chats = await openDemoChats(path.join(options.folder, 'demo-typebot.json'));
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const url = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : options.port}`;
  server.on('request', demoApp(createDemoEngine(demoFlow, url), chats));
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function demoApp(engine: DemoEngine, chats: DemoChats): Express {
  const app = express();
  app.use(express.json({ limit: '4mb', type: () => true }));
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/picture.png', (_request, response) =>
    response.sendFile(path.join(import.meta.dirname, 'picture.png')),
  );
  app.post('/api/v1/typebots/:publicId/startChat', async (request, response) => {
    const body = startChatSchema.safeParse(request.body ?? {});
    if (request.params.publicId !== demoFlowId)
      return refuse(response, 404, 'NOT_FOUND', 'Typebot not found');
    if (!body.success) return refuse(response, 400, 'BAD_REQUEST', 'Input validation failed');
    const { session, answer } = engine.start(texts(body.data.prefilledVariables));
    const sessionId = newId();
    await chats.put(sessionId, session);
    response.json({
      sessionId,
      resultId: newId(),
      typebot: { id: demoFlowId, version: '6.1', theme: {}, settings: {} },
      ...answer,
    });
  });
  app.post('/api/v1/sessions/:sessionId/continueChat', async (request, response) => {
    const body = continueChatSchema.safeParse(request.body ?? {});
    if (!body.success) return refuse(response, 400, 'BAD_REQUEST', 'Input validation failed');
    const chat = chats.find(request.params.sessionId);
    if (!chat) return refuse(response, 404, 'NOT_FOUND', 'Session not found.');
    const { session, answer } = engine.reply(chat, body.data.message ?? undefined);
    await chats.put(request.params.sessionId, session);
    response.json(answer);
  });
  app.post('/api/v2/sessions/:sessionId/clientLogs', (_request, response) => {
    response.json({ message: 'Logs successfully saved.' });
  });
  app.use((_request, response) => void response.status(404).type('text/plain').send('Not found'));
  app.use(malformed);
  return app;
}

const malformed: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const message = 'Malformed request. Ensure the request body is properly formatted.';
  response.status(400).json({ defined: false, code: 'BAD_REQUEST', status: 400, message });
};

function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ defined: true, code, status, message });
}

function texts(variables: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value ?? '')]));
}

const newId = () => randomBytes(12).toString('hex');
