import { shownStatus } from '../../../workflows/axes.js';
import type { BotReply } from '../../conversations/api.js';
import type { SessionView, TranscriptRow } from '../../store/rows.js';
import type { FieldTest, SessionFilter } from '../../store/sessions/session-reads.js';
import type { TranscriptSummary } from '../../store/messages/transcript.js';
import { readMediaLink } from '../schema.js';
import type { GetSessions, SendMessage } from './schema.js';

/** Returns the address under which Parley serves a stored file. */
export type MediaUrl = (mediaId: string) => string;

/** `integration_id` of sessions without a WhatsApp contact. */
const API_INTEGRATION_ID = 17;
const codes = { bot: '1', awaiting: '2', operator: '3' } as const;

/** The 18 keys of `createSession`. */
export function toCreated(session: SessionView) {
  return { ...axesOf(session), ...identityOf(session), ...unknownOf(), ...datesOf(session) };
}

/** The 19 keys of `updateSession`. */
export function toUpdated(session: SessionView) {
  return { ...toCreated(session), language: null };
}

function identityOf(session: SessionView) {
  const onWhatsApp = session.channel === 'whatsapp';
  return {
    id: session.rowId,
    project_id: session.projectId,
    session_uid: session.sessionUid,
    integration_id: onWhatsApp ? session.integrationId : API_INTEGRATION_ID,
    platform: onWhatsApp ? 'whatsapp' : null,
    contact_id: session.contactRowId,
    data: {},
  };
}

function axesOf(session: SessionView) {
  return {
    status: shownStatus(session) === 'closed' ? 'closed' : 'open',
    chat_mode: codes[session.chatMode],
    state: session.resolution,
    segment: session.segment,
  };
}

function unknownOf() {
  return { device_type: null, ip: null, country: null, visitor_id: null, is_emulator: false };
}

function datesOf(session: SessionView) {
  return { createdAt: session.createdAt.toISOString(), updatedAt: session.updatedAt.toISOString() };
}

/** One entry of `getSessions`. */
export function toListed(session: SessionView, summary: TranscriptSummary | undefined, mediaUrl: MediaUrl) {
  const last = summary?.last;
  return {
    ...identityOf(session),
    ...axesOf(session),
    device_type: null,
    ip: null,
    country: null,
    created_at: session.createdAt.toISOString(),
    updated_at: session.updatedAt.toISOString(),
    total_unseen: String(summary?.unseen ?? 0),
    last_message_time: last ? (session.lastMessageAt ?? last.createdAt).toISOString() : null,
    last_message: last ? messageOf(last, mediaUrl) : null,
    last_message_id: last ? last.rowId : null,
    last_message_content_type: last ? contentTypeOf(last) : null,
    last_message_type: last ? 0 : null,
    visitor_data: {},
    contact_data: session.contactRowId === null ? {} : { phone: session.phone, name: session.pushName },
    session_meta: session.tags,
  };
}

/** One entry of `getSessionMessages`. */
export function toMessage(row: TranscriptRow, session: SessionView, mediaUrl: MediaUrl) {
  return {
    id: row.rowId,
    session_id: session.rowId,
    send_by: senderOf(row),
    rate: null,
    message: messageOf(row, mediaUrl),
    type: 0,
    seen: row.delivery === 'read' ? '1' : '0',
    sender_id: null,
    content_type: contentTypeOf(row),
    choices: toChoices(row.choices),
    targets: {},
    url: urlOf(row, mediaUrl),
    delivered: ['received', 'delivered', 'read'].includes(row.delivery) ? '1' : '0',
    provider_message_id: row.providerMessageId,
    streaming: false,
    response_source: null,
    extra_data: {},
    createdAt: row.createdAt.toISOString(),
    deleted_at: null,
    AILog: [],
  };
}

/** `data` of a `sendMessage` that the bot answered; null when the answer contains no message. */
export function toReply(reply: BotReply, session: SessionView, mediaUrl: MediaUrl) {
  const last = reply.messages.at(-1);
  if (last === undefined) return null;
  const bubbles = reply.messages.map((row) => messageOf(row, mediaUrl));
  return {
    ...sentKeys(session, last.rowId),
    send_by: 'assistant',
    message: bubbles.filter((bubble) => bubble !== '').join('\n\n'),
    content_type: reply.choices.length > 0 ? 'picker' : 'text',
    choices: toChoices(reply.choices),
  };
}

/** `data` of a `sendMessage` that the bot did not answer: the stored message itself. */
export function toSent(row: TranscriptRow, session: SessionView, request: SendMessage) {
  return {
    ...sentKeys(session, row.rowId),
    send_by: request.send_by,
    message: request.message,
    content_type: request.content_type,
    choices: [],
  };
}

function sentKeys(session: SessionView, messageId: number) {
  return {
    origin: 'api',
    session_uid: session.sessionUid,
    type: 'text',
    message_id: messageId,
    id: messageId,
  };
}

function toChoices(choices: { id: string; title: string }[]) {
  return choices.map(({ id, title }) => ({ icon: '', text: title, value: id, enabled: true }));
}

function senderOf(row: TranscriptRow): 'user' | 'assistant' | 'operator' {
  switch (row.sender) {
    case 'contact':
      return 'user';
    case 'operator':
      return 'operator';
    case 'bot':
    case 'api':
      return 'assistant';
  }
}

function contentTypeOf(row: Pick<TranscriptRow, 'contentType' | 'choices'>): string {
  if (row.choices.length > 0) return 'picker';
  switch (row.contentType) {
    case 'image':
    case 'sticker':
      return 'image';
    case 'audio':
    case 'video':
      return row.contentType;
    case 'document':
      return 'file';
    case 'buttons':
    case 'list':
      return 'picker';
    default:
      return 'text';
  }
}

// A file without a caption shows its address as text.
function messageOf(row: TranscriptRow, mediaUrl: MediaUrl): string {
  return row.text || (urlOf(row, mediaUrl) ?? '');
}

function urlOf(row: TranscriptRow, mediaUrl: MediaUrl): string | null {
  return row.mediaId === null ? readMediaLink(row.content) : mediaUrl(row.mediaId);
}

const fields = {
  state: 'resolution',
  status: 'openness',
  chat_mode: 'chatMode',
  segment: 'segment',
  session_uid: 'sessionUid',
} as const;
const modes: ReadonlyMap<string, string> = new Map([
  ['1', 'bot'],
  ['2', 'awaiting'],
  ['3', 'operator'],
]);
const DAY_MS = 86_400_000;

/** The filter that `getSessions` asks for. Dates are whole days in UTC; `chat_mode` may be given by name or by code. */
export function toFilter(request: GetSessions): SessionFilter {
  const tests = request.filter.map(({ key, operator, value }): FieldTest => ({
    field: fields[key],
    operator,
    value: key === 'chat_mode' ? (modes.get(value) ?? value) : value,
  }));
  return {
    tests,
    ...(request.from === undefined ? {} : { createdFrom: new Date(request.from) }),
    ...(request.to === undefined ? {} : { createdBefore: new Date(Date.parse(request.to) + DAY_MS) }),
    ...(request.status === undefined ? {} : { closed: request.status === 'closed' }),
  };
}
