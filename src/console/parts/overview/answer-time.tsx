import { Text, Title } from '@mantine/core';
import { useFormatter, useTranslations } from 'use-intl';
import type { Statistics } from '../../api/wire.js';

/** How long contacts waited for the bot: 50th, 90th and 99th percentile. */
export function AnswerTime({ times }: { times: Statistics['answer_time'] }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const seconds = (ms: number | null) =>
    ms === null
      ? '–'
      : format.number(ms / 1_000, { style: 'unit', unit: 'second', maximumFractionDigits: 1 });
  return (
    <section className="card" aria-labelledby="answer-time">
      <Title order={2} size="h5" id="answer-time">
        {t('answerTime')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('answerTimeHelp', { count: times.count })}
      </Text>
      <dl className="tiles">
        <div>
          <dt>{t('half')}</dt>
          <dd className="big">{seconds(times.p50_ms)}</dd>
        </div>
        <div>
          <dt>{t('most')}</dt>
          <dd className="big">{seconds(times.p90_ms)}</dd>
        </div>
        <div>
          <dt>{t('nearlyAll')}</dt>
          <dd className="big">{seconds(times.p99_ms)}</dd>
        </div>
      </dl>
    </section>
  );
}
