import { Badge } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { SessionRow } from '../api/wire.js';

const COLORS: Record<SessionRow['waits_for'], string> = {
  contact: 'green.6',
  bot: 'green.6',
  silenced: 'red.6',
  person: 'indigo.5',
  event: 'gray.6',
  typebot: 'red.6',
  window: 'orange.6',
  channel: 'red.6',
  credentials: 'red.6',
  nothing: 'gray.6',
};

/** A badge with what a conversation waits for, or why it ended. */
export function WaitsBadge({ session }: { session: SessionRow }) {
  const t = useTranslations('waits');
  const tEnd = useTranslations('closeReason');
  const reason = session.waits_for === 'nothing' ? session.close_reason : null;
  return (
    <Badge color={COLORS[session.waits_for]} size="md" maw="100%">
      {reason === null ? t(session.waits_for) : tEnd(reason)}
    </Badge>
  );
}

/** The name of a contact, else the number, else the WhatsApp address. */
export function nameOf(session: Pick<SessionRow, 'push_name' | 'phone' | 'remote_jid'>): string {
  return session.push_name || (session.phone ? `+${session.phone}` : session.remote_jid);
}

type ContentTypes = ReturnType<typeof useTranslations<'contentType'>>;

/** The word for a content type, for messages without text. */
export function wordFor(t: ContentTypes, contentType: string): string {
  const name = contentType as Parameters<ContentTypes>[0];
  return t.has(name) ? t(name) : contentType;
}
