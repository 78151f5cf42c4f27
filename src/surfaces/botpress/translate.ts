import type { MessageOfSession } from '../../store/sessions/botpress-reads.js';
import type { UserRow } from '../../store/contacts/botpress-users.js';
import type { SessionRow, TranscriptRow } from '../../store/rows.js';
import { readMediaLink } from '../schema.js';
import { keptMessageSchema, storedContentSchema, type StoredContent } from './content-schema.js';

/** Returns the address under which Parley serves a stored file. */
export type MediaUrl = (mediaId: string) => string;

/** A session as Botpress's conversation. A task that is not set is left out. */
export function toConversation(session: SessionRow) {
  const onWhatsApp = session.channel === 'whatsapp';
  return {
    id: session.id,
    createdAt: session.createdAt.toISOString(),
    updatedAt: session.updatedAt.toISOString(),
    channel: session.botpressChannel ?? (onWhatsApp ? 'channel' : 'api'),
    integration: onWhatsApp ? 'whatsapp' : 'api',
    tags: session.tags,
    ...(session.currentTaskId === null ? {} : { currentTaskId: session.currentTaskId }),
  };
}

/** A user. A contact's number appears as the tag `phone`, unless that tag has been written. */
export function toUser({ id, name, pictureUrl, phone, tags, createdAt, updatedAt }: UserRow) {
  return {
    id,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    tags: phone === null ? tags : { phone, ...tags },
    ...optional({ name: name ?? undefined, pictureUrl: pictureUrl ?? undefined }),
  };
}

/** A line of the transcript as Botpress's message. Its user is the bot or the contact, unless another one was named. */
export function toMessage(message: MessageOfSession, mediaUrl: MediaUrl) {
  const { item: row } = message;
  const at = row.createdAt.toISOString();
  return {
    id: row.id,
    createdAt: at,
    updatedAt: at,
    ...typeAndPayload(row, mediaUrl),
    direction: row.direction,
    userId: row.userId ?? (row.direction === 'incoming' ? message.contactId : message.typebotId),
    conversationId: message.sessionId,
    tags: row.tags,
  };
}

interface Shown {
  type: string;
  payload: Record<string, unknown>;
  origin?: 'synthetic';
}

function typeAndPayload(row: TranscriptRow, mediaUrl: MediaUrl): Shown {
  const kept = keptMessageSchema.safeParse(row.botpress);
  if (kept.success) return kept.data;
  const stored = storedContentSchema.safeParse(row.content).data ?? {};
  const url = row.mediaId === null ? readMediaLink(row.content) : mediaUrl(row.mediaId);
  return (
    (url === null ? null : mediaPayload(row, stored, url)) ??
    structuredPayload(row, stored) ?? { type: 'text', payload: { text: row.text } }
  );
}

function mediaPayload(row: TranscriptRow, { caption, fileName }: StoredContent, url: string): Shown | null {
  const title = caption ?? fileName;
  const named = title === undefined ? {} : { title };
  switch (row.contentType) {
    case 'image':
    case 'sticker':
      return { type: 'image', payload: { imageUrl: url, ...named } };
    case 'audio':
      return { type: 'audio', payload: { audioUrl: url, ...named } };
    case 'video':
      return { type: 'video', payload: { videoUrl: url, ...named } };
    case 'document':
      return { type: 'file', payload: { fileUrl: url, ...named } };
    default:
      return null;
  }
}

function structuredPayload(row: TranscriptRow, stored: StoredContent): Shown | null {
  switch (row.contentType) {
    case 'location': {
      const { latitude, longitude, address, name } = stored;
      return { type: 'location', payload: { latitude, longitude, ...optional({ address, title: name }) } };
    }
    case 'buttons':
      return choice('choice', stored.body ?? row.text, stored.buttons ?? []);
    case 'list':
      return choice('dropdown', stored.body ?? row.text, stored.sections?.flatMap(({ rows }) => rows) ?? []);
    case 'cta_url': {
      const actions = [{ action: 'url', label: stored.displayText ?? '', value: stored.url ?? '' }];
      return { type: 'card', payload: { title: stored.body ?? row.text, actions } };
    }
    default:
      return null;
  }
}

function choice(type: 'choice' | 'dropdown', text: string, items: { id: string; title: string }[]): Shown {
  return { type, payload: { text, options: items.map(({ id, title }) => ({ label: title, value: id })) } };
}

function optional(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
