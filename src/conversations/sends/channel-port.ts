import { bulkhead, BulkheadRejectedError, type BulkheadPolicy } from 'cockatiel';
import type { ChannelPort, NextMessage } from '../../../activities/ports/sends.js';
import type { OutboundMessage } from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import type { PresencePort } from '../../../activities/ports/turns.js';
import type { Channel, ChannelContext } from '../../channels/channel.js';
import { TimeOver, within } from '../../deadline.js';
import { readContact } from '../../store/contacts/contacts.js';
import { lastInboundKey } from '../../store/messages/inbox.js';
import type { InstanceRow } from '../../store/rows.js';
import type { Core } from '../core.js';

/** How many sends of one instance this process runs at once: a quarter of a worker's activity slots. */
const MAX_SENDS = 50;

/** Between repetitions of a send whose outcome stays unknown, on a channel that honours our message ids. */
const REPEAT_MS = 1_000;
const MAX_REPEAT_MS = 60_000;

/** The provider behind an instance, for the delivery. */
export function createChannelPort(deps: Core): ChannelPort {
  const connected = async ({ instanceId, instanceVersion }: NextMessage) =>
    connectionOf(deps, await deps.instances.at(instanceId, instanceVersion));
  const places = new Map<string, BulkheadPolicy>();
  return {
    inPlace: async ({ instanceId }, work) => {
      const ofInstance = places.get(instanceId) ?? bulkhead(MAX_SENDS);
      places.set(instanceId, ofInstance);
      try {
        return await ofInstance.execute(work);
      } catch (error) {
        if (error instanceof BulkheadRejectedError) return 'crowded';
        throw error;
      }
    },
    prepare: async (next) => {
      const { channel, context } = await connected(next);
      return (await channel.prepare?.(draft(next), context)) ?? next.content;
    },
    send: async (next, message, endsAtMs) => {
      const { channel, context } = await connected(next);
      return within(endsAtMs - Date.now(), (signal) => channel.send(message, context, signal)).catch(
        asUnknown,
      );
    },
    reconcileMs: async (next) => {
      const { channel, context } = await connected(next);
      if (channel.resendSafe?.(context) !== true) return context.settings.reconcile_seconds * 1_000;
      // At once, then with growing pauses, so as not to flood a channel that takes requests and never answers.
      return next.unknowns < 2 ? 0 : Math.min(MAX_REPEAT_MS, REPEAT_MS * 2 ** (next.unknowns - 2));
    },
  };
}

/** When a channel call does not end in time, nobody can say what became of the message. */
function asUnknown(error: unknown): never {
  if (!(error instanceof TimeOver)) throw error;
  throw new ChannelError({ class: 'UnknownOutcome', providerCode: 'TIMEOUT' });
}

/** The message before it is claimed, as far as an upload needs it. */
function draft(next: NextMessage): OutboundMessage {
  return { outboundId: next.outboxId, attempt: 0, to: { jid: '' }, content: next.content };
}

function connectionOf(
  deps: Core,
  instance: InstanceRow | undefined,
): { channel: Channel; context: ChannelContext } {
  if (instance === undefined) throw new ChannelError({ class: 'Permanent', reason: 'accountConfig' });
  return deps.instances.connect(instance);
}

/** Typing and read marks, on channels that show them. Failures are only logged. */
export function createPresence(deps: Core): PresencePort {
  const quietly = (work: Promise<void>) => {
    work.catch((error: unknown) => deps.log.debug({ err: error }, 'presence was not shown'));
  };
  return {
    turnBegins: (turn) => quietly(showTurn(deps, turn)),
    typing: (contact) => quietly(showTyping(deps, contact)),
  };
}

async function showTurn(
  deps: Core,
  turn: { instanceId: string; contactId: string; keyIds: string[] },
): Promise<void> {
  const { channel, context, to } = await addressee(deps, turn);
  const { markRead, typing } = context.capabilities;
  if (markRead && turn.keyIds.length > 0 && !(typing && channel.typingMarksRead === true)) {
    await channel.showPresence(to, { type: 'markRead', keyIds: turn.keyIds }, context);
  }
  if (typing)
    await channel.showPresence(
      to,
      { type: 'typing', state: 'composing', inReplyTo: turn.keyIds.at(-1) },
      context,
    );
}

async function showTyping(deps: Core, contact: { instanceId: string; contactId: string }): Promise<void> {
  const { channel, context, to } = await addressee(deps, contact);
  if (!context.capabilities.typing) return;
  const inReplyTo = await lastInboundKey(deps.db, contact.contactId);
  await channel.showPresence(to, { type: 'typing', state: 'composing', inReplyTo }, context);
}

async function addressee(deps: Core, { instanceId, contactId }: { instanceId: string; contactId: string }) {
  const contact = await readContact(deps.db, contactId);
  if (contact === undefined || contact.kind === 'api') throw new Error('nobody to show it to');
  const to = { jid: contact.replyJid, waId: contact.waId ?? undefined, bsuid: contact.bsuid ?? undefined };
  return { ...connectionOf(deps, await deps.instances.find(instanceId)), to };
}
