import { Alert, Text } from '@mantine/core';
import { useFormatter, useTranslations } from 'use-intl';
import type { SessionRow } from '../../api/wire.js';
import { Copy } from '../copy.js';

/** Facts about a conversation, and its last error. */
export function Details({ session }: { session: SessionRow }) {
  const t = useTranslations('details');
  const tResolution = useTranslations('resolution');
  const format = useFormatter();
  const tags = Object.entries(session.tags).map(([key, value]) => `${key}: ${value}`);
  const lines: [string, string | undefined][] = [
    [t('instance'), session.instance_name],
    [t('typebot'), session.public_id],
    [
      t('started'),
      format.dateTime(new Date(session.created_at), { dateStyle: 'medium', timeStyle: 'short' }),
    ],
    [t('segment'), session.segment || undefined],
    [t('resolution'), tResolution(session.resolution)],
    [t('tags'), tags.join(', ') || undefined],
  ];
  return (
    <>
      {session.last_error && (
        <Alert color="red" variant="outline" mt="md" title={t('lastError')}>
          <Text size="sm">
            {[session.last_error.source, session.last_error.status, session.last_error.message]
              .filter((part) => part !== null)
              .join(' · ')}
          </Text>
        </Alert>
      )}
      <dl className="facts">
        {lines.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <details className="more">
        <summary>{t('support')}</summary>
        <Copy name={t('id')} value={session.id} />
        <Copy name={t('workflow')} value={session.workflow_id} />
      </details>
    </>
  );
}
