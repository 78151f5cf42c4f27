import { randomUUID } from 'node:crypto';
import { lockContact, nextInboxNumber } from '../store/contacts.js';
import { findCallback } from '../store/callbacks.js';
import { insertInbound } from '../store/inbox.js';
import { lockSession } from '../store/sessions.js';
import type { Core } from './core.js';
import { noteFor, tellAll } from './tell.js';

/** `POST /callbacks/{token}`: data for a flow that listens. False when no flow waits for this token. */
export async function takeCallback(core: Core, token: string, json: unknown): Promise<boolean> {
  const tell = await core.db.transaction(async (tx) => {
    const found = await findCallback(tx, token);
    if (found === undefined) return undefined;
    const contact = await lockContact(tx, found.contactId);
    const session = await lockSession(tx, found.sessionId);
    if (contact === undefined || session === undefined || (await findCallback(tx, token)) === undefined)
      return undefined;
    await insertInbound(tx, {
      id: randomUUID(),
      number: await nextInboxNumber(tx, contact.id),
      instanceId: session.instanceId,
      contactId: contact.id,
      sessionId: session.id,
      // A callback is the flow's, not the contact's: a pause only holds it.
      fate: 'waiting',
      sender: 'flow',
      origin: 'callback',
      providerMessageId: null,
      content: { contentType: 'flowReply', name: 'callback', json },
      contentType: 'flow_reply',
      text: '',
      providerTimestamp: null,
      quotedMessageId: null,
      forwarded: false,
      referral: null,
      participant: null,
      userId: null,
      tags: null,
    });
    return noteFor(tx, contact.id, 'message');
  });
  await tellAll(core, [tell]);
  return tell !== undefined;
}
