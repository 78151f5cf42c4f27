import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { VIEWS } from '../api/access.js';
import { whoQuery } from '../api/queries.js';
import { Audit } from '../parts/access/audit.js';
import { Keys } from '../parts/access/keys.js';
import { Webhooks } from '../parts/access/webhooks.js';
import { Empty } from '../parts/states.js';

/** The page for API keys, outgoing webhooks and the audit. */
export function AccessPage() {
  const t = useTranslations('access');
  const { view = 'keys' } = useSearch({ from: '/access' });
  const { data: who } = useQuery(whoQuery);
  if (!who) return null;
  return (
    <div className="wide">
      <Title order={1} size="h2" mb="md">
        {t('title')}
      </Title>
      <nav className="views" aria-label={t('views')}>
        {VIEWS.map((name) => (
          <Link
            key={name}
            to="/access"
            search={{ view: name }}
            aria-current={name === view ? 'page' : undefined}
          >
            {t(name)}
          </Link>
        ))}
      </nav>
      {view === 'keys' && who.instance_id !== null && (
        <Empty title={t('notYours')}>{t('notYoursHelp')}</Empty>
      )}
      {view === 'keys' && who.instance_id === null && <Keys workspace={who.workspace.id} />}
      {view === 'webhooks' && <Webhooks />}
      {view === 'audit' && <Audit />}
    </div>
  );
}
