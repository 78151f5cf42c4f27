import { Button, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { auditQuery } from '../../api/access.js';
import { instancesQuery } from '../../api/queries.js';
import type { AuditPage } from '../../api/wire.js';
import { known } from '../conversation/event-words.js';
import { Empty, Trouble, Waiting } from '../states.js';
import { Ago } from '../times.js';

/** Enough of an id to tell two things apart. */
const SHOWN_OF_ID = 8;

type Entry = AuditPage['entries'][number];

/** The audit: who did what, newest first. */
export function Audit() {
  const t = useTranslations('audit');
  const audit = useInfiniteQuery(auditQuery);
  if (audit.isPending) return <Waiting />;
  if (audit.isError) return <Trouble error={audit.error} onAgain={() => void audit.refetch()} />;
  const entries = audit.data.pages.flatMap((page) => page.entries);
  return (
    <section aria-labelledby="audit">
      <Title order={2} size="h4" id="audit" mb="xs">
        {t('title')}
      </Title>
      {entries.length === 0 && <Empty title={t('none')}>{t('noneHelp')}</Empty>}
      <ol className="rows">
        {entries.map((entry, index) => (
          <Line key={`${entry.at}${index}`} entry={entry} />
        ))}
      </ol>
      {audit.hasNextPage && (
        <Button
          variant="default"
          my="md"
          loading={audit.isFetchingNextPage}
          onClick={() => void audit.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </section>
  );
}

function Line({ entry }: { entry: Entry }) {
  const t = useTranslations('audit');
  const tAction = useTranslations('auditAction');
  const tSurface = useTranslations('surface');
  const { data: instances } = useQuery(instancesQuery);
  const { action, instance_id: instance, session_id: session, surface, at } = entry;
  const key = action.replace('.', '_') as 'key_created';
  const number = instances?.find(({ id }) => id === instance)?.name ?? instance;
  return (
    <li className="typebot">
      <div className="what">
        <Text fw={600}>{tAction.has(key) ? tAction(key) : action}</Text>
        <Text size="sm" c="dimmed" component="div" className="address">
          {[number, entry.target_id?.slice(0, SHOWN_OF_ID)].filter(Boolean).join(' · ')}
          {session && instance && ' · '}
          {session && instance && (
            <Link to="/conversations/$instance/$session" params={{ instance, session }}>
              {t('session')}
            </Link>
          )}
        </Text>
      </div>
      <Text size="sm" component="div" ta="right">
        <Who entry={entry} />
        <Text size="xs" c="dimmed" component="div">
          {known(tSurface, surface)} · <Ago at={at} />
        </Text>
      </Text>
    </li>
  );
}

function Who({ entry: { by, key_name: name, key_id: id } }: { entry: Entry }) {
  const t = useTranslations('audit');
  if (by === 'admin') return t('admin');
  if (by === 'client') return t('client');
  if (by === 'person') return t('person');
  return name ?? t('revoked', { id: (id ?? '').slice(0, 8) });
}
