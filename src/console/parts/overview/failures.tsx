import { Text, Title } from '@mantine/core';
import { useFormatter, useTranslations } from 'use-intl';
import type { Statistics } from '../../api/wire.js';
import { Ago } from '../times.js';

/** Failures by reason; an unknown reason is shown by its name. */
export function Failures({ failures }: { failures: Statistics['failures'] }) {
  const t = useTranslations('overview');
  const tReason = useTranslations('failure');
  const format = useFormatter();
  const wordsOf = (reason: string) => {
    const key = reason.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as 'unknown';
    return tReason.has(key) ? tReason(key) : reason;
  };
  return (
    <section className="card" aria-labelledby="failures">
      <Title order={2} size="h5" id="failures" mb="xs">
        {t('failures')}
      </Title>
      {failures.length === 0 ? (
        <Text c="dimmed">{t('noFailure')}</Text>
      ) : (
        <table className="numbers">
          <thead>
            <tr>
              <th scope="col">{t('reason')}</th>
              <th scope="col">{t('howOften')}</th>
              <th scope="col">{t('last')}</th>
            </tr>
          </thead>
          <tbody>
            {failures.map(({ type, reason, count, last_at: at }) => (
              <tr key={type + reason}>
                <th scope="row">
                  {t(type === 'turn.failed' ? 'noAnswer' : 'notDelivered')}: {wordsOf(reason)}
                </th>
                <td>{format.number(count)}</td>
                <td>
                  <Ago at={at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
