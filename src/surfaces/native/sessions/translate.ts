import { cutText } from '../../../foreign/cut-text.js';
import { snakeCase } from '../../../foreign/snake-case.js';
import type { SessionView, TranscriptRow } from '../../../store/rows.js';
import type { Retry, SessionOverview } from '../../../store/sessions/overview.js';
import { shownStatus } from '../../../../workflows/axes.js';

/** A session in the native dialect: the members VZaps has, and Parley's own. */
export function toSessionView(session: SessionView) {
  return {
    id: session.id,
    typebot_id: session.typebotId,
    public_id: session.publicId,
    remote_jid: session.remoteJid,
    push_name: session.pushName,
    status: shownStatus(session),
    session_id: session.typebotSessionId,
    created_at: session.createdAt.toISOString(),
    updated_at: session.updatedAt.toISOString(),
    phone: session.phone,
    session_uid: session.sessionUid,
    channel: session.channel,
    chat_mode: session.chatMode,
    resolution: session.resolution,
    segment: session.segment,
    tags: session.tags,
    last_message_at: iso(session.lastMessageAt),
    expires_at: iso(session.expiresAt),
    muted_until: iso(session.mutedUntil),
    close_reason: session.closeReason,
    last_error: session.lastError,
    resumes_at: iso(session.resumesAt),
    workflow_id: `conversation/${session.instanceId}/${session.contactId}`,
  };
}

/** A session in the list over all instances, with the last line of its transcript. */
export function toSessionRow(
  session: SessionOverview,
  last: TranscriptRow | undefined,
  workflowUrl: (workflowId: string) => string | null = () => null,
) {
  const view = toSessionView(session);
  return {
    ...view,
    workflow_url: workflowUrl(view.workflow_id),
    instance_id: session.instanceId,
    instance_name: session.instanceName,
    waits_for: session.waitsFor,
    question: session.question,
    last_inbound_at: iso(session.lastInboundAt),
    window_ends_at: iso(session.windowEndsAt),
    reads_at: iso(session.readsAt),
    next_event_at: iso(session.nextEventAt),
    typebot_retry: session.typebotRetry && toRetry(session.typebotRetry),
    send_retry: session.sendRetry && {
      ...toRetry(session.sendRetry),
      message_id: session.sendRetry.messageId,
      bubble: session.sendRetry.bubble,
    },
    unread: session.unread,
    held: session.held,
    last_message: last
      ? {
          text: cutText(last.text, 200),
          content_type: snakeCase(last.contentType),
          sender: last.sender,
          created_at: last.createdAt.toISOString(),
        }
      : null,
  };
}

/** One line of a transcript. `mediaUrl` signs the address of a stored file. */
export function toTranscriptItem(item: TranscriptRow, mediaUrl: (mediaId: string) => string) {
  return {
    id: item.id,
    direction: item.direction,
    sender: item.sender,
    content_type: snakeCase(item.contentType),
    text: item.text,
    media_url: item.mediaId === null ? null : mediaUrl(item.mediaId),
    provider_message_id: item.providerMessageId,
    delivery: item.delivery,
    error: item.error && toErrorView(item.error),
    created_at: item.createdAt.toISOString(),
    provider_timestamp: iso(item.providerTimestamp),
    content: toContentView(item.content),
    quoted_message_id: item.quotedMessageId,
    forwarded: item.forwarded,
    referral: item.referral && toReferralView(item.referral),
    participant: item.participant,
  };
}

/** Bytes, and how a channel fetches them. */
const LEFT_OUT = ['base64', 'fetch', 'vcard'];
/** Written by others with names of their own, which are kept. */
const FOREIGN = ['json', 'components'];

/** A stored message as the API shows it: `type` in both directions, names in snake_case. */
function toContentView(content: unknown): Record<string, unknown> {
  if (typeof content !== 'object' || content === null) return {};
  const { contentType, type, ...members } = content as Record<string, unknown>;
  const word = contentType ?? type;
  return { type: typeof word === 'string' ? snakeCase(word) : 'unknown', ...snakeMembers(members) };
}

function snakeMembers(members: object): Record<string, unknown> {
  const shown = Object.entries(members).filter(([name]) => !LEFT_OUT.includes(name));
  return Object.fromEntries(
    shown.map(([name, value]) => [snakeCase(name), FOREIGN.includes(name) ? value : snakeValue(value)]),
  );
}

function snakeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeValue);
  return typeof value === 'object' && value !== null ? snakeMembers(value) : value;
}

/** The error of a message, as the API shows it. */
export function toErrorView(error: NonNullable<TranscriptRow['error']>) {
  return {
    class: snakeCase(error.class),
    reason: error.reason === null ? null : snakeCase(error.reason),
    code: error.code,
    message: error.message,
  };
}

function toReferralView(referral: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(referral).map(([name, value]) => [snakeCase(name), value]));
}

function toRetry({ at, tries }: Retry) {
  return { at: new Date(at).toISOString(), tries };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
