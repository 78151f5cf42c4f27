import path from 'node:path';
import express, { Router, type Request, type RequestHandler } from 'express';
import { isStorableText } from '../../foreign/storable.js';
import { pageHeaders } from '../../http/security-headers.js';
import type { Db } from '../../store/db.js';
import { findPhoneContact, newestPhoneSession, phoneMessages } from '../../store/messages/sandbox-phone.js';

/** What `sandboxPhone` needs. */
export interface PhoneOptions {
  db: Db;
  /** The sandbox instance that the page shows first. */
  instanceId(): Promise<string>;
}

/**
 * The sandbox phone: a page that plays contacts of a sandbox instance. It sends through the instance's webhook and
 * shows what it gets from `GET /sandbox/state`, which only this machine can read.
 */
export function sandboxPhone(options: PhoneOptions): Router {
  const routes = Router();
  routes.use('/sandbox', thisMachineOnly, pageHeaders({ media: 'anywhere' }));
  routes.get('/sandbox/settings', async (_request, response) => {
    response.json({ instance_id: await options.instanceId() });
  });
  routes.get('/sandbox/state', async (request, response) => {
    const [instance, phone] = [textOf(request, 'instance'), textOf(request, 'phone')];
    if (isStorableText(instance) && isStorableText(phone)) {
      response.json(await stateOf(options.db, instance, phone));
    } else response.status(400).json({ error: 'instance and phone must be texts' });
  });
  routes.use('/sandbox', express.static(path.join(import.meta.dirname, 'page')));
  return routes;
}

// The page works without a key. Therefore other machines are refused, and so are web pages that make the browser call
// this address under another host name.
const thisMachineOnly: RequestHandler = (request, response, next) => {
  const local = /^(::1|::ffff:127\.\d+\.\d+\.\d+|127\.\d+\.\d+\.\d+)$/.test(
    request.socket.remoteAddress ?? '',
  );
  if (local && /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) next();
  else response.status(404).type('text/plain').send('Not found');
};

async function stateOf(db: Db, instanceId: string, phone: string) {
  const contactId = await findPhoneContact(db, instanceId, `${phone}@s.whatsapp.net`);
  if (!contactId) return { session: null, messages: [] };
  const [session, messages] = await Promise.all([
    newestPhoneSession(db, contactId),
    phoneMessages(db, contactId),
  ]);
  return { session: session ?? null, messages };
}

function textOf(request: Request, name: string): string {
  const value = request.query[name];
  return typeof value === 'string' ? value : '';
}
