import type { SessionView, TranscriptRow } from '../../../store/rows.js';
import { shownStatus } from '../../../../workflows/axes.js';

/** A session in the native dialect: VZaps' members and Parley's own. */
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

/** One line of a transcript. `mediaUrl` signs the address of a stored file. */
export function toTranscriptItem(item: TranscriptRow, mediaUrl: (mediaId: string) => string) {
  return {
    id: item.id,
    direction: item.direction,
    sender: item.sender,
    content_type: toSnakeCase(item.contentType),
    text: item.text,
    media_url: item.mediaId === null ? null : mediaUrl(item.mediaId),
    provider_message_id: item.providerMessageId,
    delivery: item.delivery,
    error: item.error && toErrorView(item.error),
    created_at: item.createdAt.toISOString(),
    provider_timestamp: iso(item.providerTimestamp),
    quoted_message_id: item.quotedMessageId,
    forwarded: item.forwarded,
    referral: item.referral && toReferralView(item.referral),
    participant: item.participant,
  };
}

function toErrorView(error: NonNullable<TranscriptRow['error']>) {
  return {
    class: toSnakeCase(error.class),
    reason: error.reason === null ? null : toSnakeCase(error.reason),
    code: error.code,
    message: error.message,
  };
}

function toReferralView(referral: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(referral).map(([name, value]) => [toSnakeCase(name), value]));
}

/** `notOnWhatsApp` → `not_on_whatsapp`: the one word with a capital inside is written as one. */
function toSnakeCase(name: string): string {
  return name
    .replace('WhatsApp', 'Whatsapp')
    .replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase();
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
