import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'use-intl';
import { instancesQuery } from '../../api/queries.js';
import type { SessionRow } from '../../api/wire.js';

/** What is known of a conversation, and what last went wrong in it. */
export function Details({ session }: { session: SessionRow }) {
  const t = useTranslations('details');
  const format = useFormatter();
  const { data: instances } = useQuery(instancesQuery);
  const instance = instances?.find(({ id }) => id === session.instance_id);
  const tags = Object.entries(session.tags).map(([key, value]) => `${key}: ${value}`);
  const lines: [string, string | undefined][] = [
    [t('instance'), instance?.name],
    [t('typebot'), session.public_id],
    [
      t('started'),
      format.dateTime(new Date(session.created_at), { dateStyle: 'medium', timeStyle: 'short' }),
    ],
    [t('tags'), tags.join(', ') || undefined],
    [t('id'), session.id],
    [t('workflow'), session.workflow_id],
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
    </>
  );
}
