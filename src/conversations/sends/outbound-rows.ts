import { randomUUID } from 'node:crypto';
import { ulid } from 'ulid';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { snakeCase } from '../../foreign/snake-case.js';
import type { NewOutbound } from '../../store/messages/outbox.js';
import type { SessionRow } from '../../store/rows.js';

/** What an outbox row must specify. Everything else has its usual value. */
export type OutboundSpec = Pick<NewOutbound, 'sender' | 'content' | 'fate'> & Partial<NewOutbound>;

/** A new outbox row of a session, with the ids that all its attempts share. */
export function outboundRow(
  session: Pick<SessionRow, 'id' | 'instanceId' | 'contactId'>,
  spec: OutboundSpec,
): NewOutbound {
  return {
    id: randomUUID(),
    instanceId: session.instanceId,
    contactId: session.contactId,
    sessionId: session.id,
    turnNo: null,
    bubbleNo: null,
    contentType: outboundType(spec.content),
    text: outboundText(spec.content),
    choices: choicesOf(spec.content),
    replyTo: null,
    outboundId: `out_${ulid()}`,
    waitMs: 0,
    userId: null,
    tags: null,
    botpress: null,
    scheduledAt: null,
    ownWorkflow: false,
    ...spec,
  };
}

/** The name of an outbound content type in the transcript. */
export function outboundType(content: OutboundContent): string {
  return snakeCase(content.type);
}

/** The text that a person would read in it. */
export function outboundText(content: OutboundContent): string {
  switch (content.type) {
    case 'text':
      return content.text;
    case 'buttons':
    case 'list':
    case 'ctaUrl':
    case 'locationRequest':
      return content.body;
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return content.caption ?? '';
    case 'location':
      return [content.name, content.address].filter(Boolean).join(', ');
    case 'contacts':
      return content.contacts.map((contact) => contact.name).join('\n');
    case 'reaction':
      return content.emoji;
    case 'audio':
    case 'template':
      return '';
  }
}

function choicesOf(content: OutboundContent): { id: string; title: string }[] {
  if (content.type === 'buttons') return content.buttons;
  if (content.type !== 'list') return [];
  return content.sections.flatMap((section) => section.rows.map(({ id, title }) => ({ id, title })));
}
