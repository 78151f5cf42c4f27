import { Text, Title } from '@mantine/core';
import { useFormatter, useTranslations } from 'use-intl';
import type { SessionRow } from '../../api/wire.js';
import { countdown, useNow } from '../times.js';

/** What the conversation waits for, and countdowns to everything that will happen by itself. */
export function Clock({ session }: { session: SessionRow }) {
  const t = useTranslations('clock');
  const tWaits = useTranslations('waits');
  const tQuestion = useTranslations('question');
  const now = useNow(1_000);
  const sendLabel = (send: SessionRow['send_retry']) =>
    typeof send?.bubble === 'number' ? t('sendsBubble', { number: send.bubble }) : t('sendsMessage');
  const name = (session.question ?? '') as Parameters<typeof tQuestion>[0];
  const asks = session.waits_for === 'contact' && tQuestion.has(name) ? tQuestion(name) : undefined;
  return (
    <section className="clock" aria-labelledby="clock">
      <Title order={2} size="h5" id="clock">
        {t('title')}
      </Title>
      <Text fw={600}>{asks === undefined ? tWaits(session.waits_for) : t('waitsFor', { what: asks })}</Text>
      <ul>
        <Due label={t('reads')} at={session.reads_at} now={now} />
        <Again label={t('asksTypebot')} retry={session.typebot_retry} now={now} />
        <Again label={sendLabel(session.send_retry)} retry={session.send_retry} now={now} />
        <Due label={t('resumes')} at={session.resumes_at} now={now} />
        <Due label={t('expires')} at={session.expires_at} now={now} />
        <Due label={t('window')} at={session.window_ends_at} now={now} />
        <Due label={t('muted')} at={session.muted_until} now={now} />
      </ul>
    </section>
  );
}

type Retry = Pick<NonNullable<SessionRow['send_retry']>, 'at' | 'tries'>;

/** What is tried again, and how often it was tried. */
function Again({ label, retry, now }: { label: string; retry: Retry | null; now: number }) {
  const t = useTranslations('clock');
  if (retry === null) return null;
  const tried = retry.tries > 0 ? ` (${t('tried', { count: retry.tries })})` : '';
  return <Due label={label + tried} at={retry.at} now={now} />;
}

const DAY_MS = 24 * 3_600_000;

function Due({ label, at, now }: { label: string; at: string | null; now: number }) {
  const t = useTranslations('clock');
  const format = useFormatter();
  if (at === null) return null;
  const date = new Date(at);
  return (
    <li>
      <Text size="sm" c="dimmed" span>
        {label}
      </Text>
      <Text
        size="sm"
        fw={600}
        component="time"
        dateTime={at}
        title={format.dateTime(date, { dateStyle: 'medium', timeStyle: 'medium' })}
      >
        {date.getTime() <= now ? t('now') : countdown(date.getTime(), now)}
        <Text size="xs" c="dimmed" span ml={6}>
          {format.dateTime(
            date,
            date.getTime() - now > DAY_MS
              ? { weekday: 'short', hour: 'numeric', minute: '2-digit' }
              : { timeStyle: 'short' },
          )}
        </Text>
      </Text>
    </li>
  );
}
