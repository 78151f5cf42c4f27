import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { waitingQuery } from '../api/queries.js';
import type { Waiting as WaitingCounts } from '../api/wire.js';
import { Bulk } from '../parts/conversations/bulk.js';
import { SilentNumberList } from '../parts/numbers/panic-switch.js';
import { Trouble, Waiting } from '../parts/states.js';
import { Ago } from '../parts/times.js';

type Group = WaitingCounts['groups'][number];

/** Causes of silence that a person can fix, worst first. */
const CAUSES = ['credentials', 'channel', 'silenced', 'typebot', 'window', 'event', 'person'] as const;
type Cause = (typeof CAUSES)[number];

/** Actions on all conversations with a cause; causes without one are fixed elsewhere. */
const HELPS: Record<Cause, readonly ('pause' | 'resume' | 'close')[]> = {
  credentials: [],
  channel: [],
  silenced: [],
  typebot: ['pause', 'close'],
  window: ['close'],
  event: ['close'],
  person: ['resume', 'close'],
};

/** Silent conversations by cause, with what helps. */
export function StuckPage() {
  const t = useTranslations('stuck');
  const waiting = useQuery(waitingQuery);
  return (
    <div className="wide">
      <Title order={1} size="h2">
        {t('title')}
      </Title>
      <Text c="dimmed" mb="lg">
        {t('lead')}
      </Text>
      {waiting.isPending && <Waiting />}
      {waiting.isError && <Trouble error={waiting.error} onAgain={() => void waiting.refetch()} />}
      {waiting.data && <Causes waiting={waiting.data} />}
    </div>
  );
}

function Causes({ waiting: { untaken, groups } }: { waiting: WaitingCounts }) {
  const t = useTranslations('stuck');
  const groupOf = (cause: Cause) => groups.find((group) => group.waits_for === cause);
  return (
    <div className="cards">
      <section className="card" aria-labelledby="untaken">
        <Title order={2} size="h5" id="untaken">
          {t('untaken')}
        </Title>
        <p className="big">{untaken.count}</p>
        <Text size="sm" c="dimmed">
          {untaken.oldest_at === null ? t('noneUntaken') : <>{t('oldest')} </>}
          {untaken.oldest_at !== null && <Ago at={untaken.oldest_at} />}
        </Text>
      </section>
      {CAUSES.map((cause) => (
        <CauseCard key={cause} cause={cause} group={groupOf(cause)} />
      ))}
    </div>
  );
}

function CauseCard({ cause, group }: { cause: Cause; group: Group | undefined }) {
  const t = useTranslations('stuck');
  const tWaits = useTranslations('waits');
  const isNumber = cause === 'credentials' || cause === 'channel' || cause === 'silenced';
  return (
    <section className="card" aria-labelledby={cause}>
      <Title order={2} size="h5" id={cause}>
        {tWaits(cause)}
      </Title>
      <p className="big">{group?.count ?? 0}</p>
      <Text size="sm" mb="xs">
        {t(cause)}
      </Text>
      {group && (
        <Text size="sm" c="dimmed" mb="sm" component="div">
          {t('oldest')} <Ago at={group.oldest_at} />
        </Text>
      )}
      {group && (
        <div className="ways">
          <Link to="/conversations" search={{ waits_for: cause }}>
            {t('show', { count: group.count })}
          </Link>
          {isNumber && <Link to="/instances">{t('numbers')}</Link>}
          {cause === 'typebot' && (
            <Link to="/typebots" search={{}}>
              {t('typebots')}
            </Link>
          )}
        </div>
      )}
      {cause === 'silenced' && <SilentNumberList />}
      {group && HELPS[cause].length > 0 && (
        <div className="helps">
          <Bulk filters={{ waits_for: cause }} actions={HELPS[cause]} />
        </div>
      )}
    </section>
  );
}
