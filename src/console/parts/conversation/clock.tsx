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
        <Due label={t('resumes')} at={session.resumes_at} now={now} />
        <Due label={t('expires')} at={session.expires_at} now={now} />
        <Due label={t('window')} at={session.window_ends_at} now={now} />
        <Due label={t('muted')} at={session.muted_until} now={now} />
      </ul>
    </section>
  );
}

const DAY_MS = 24 * 3_600_000;

function Due({ label, at, now }: { label: string; at: string | null; now: number }) {
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
        {countdown(date.getTime(), now)}
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
