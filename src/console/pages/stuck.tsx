import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { instancesQuery, waitingQuery } from '../api/queries.js';
import type { Instance, Waiting as WaitingCounts } from '../api/wire.js';
import { DoneIcon } from '../icons.js';
import { Bulk } from '../parts/conversations/bulk.js';
import { isNumberCause, NumbersInNeed, numbersWith } from '../parts/numbers/numbers-in-need.js';
import { Trouble, Waiting } from '../parts/states.js';
import { Ago } from '../parts/times.js';

type Group = WaitingCounts['groups'][number];

/** Causes of silence that a person can fix, worst first. */
const CAUSES = ['credentials', 'channel', 'silenced', 'typebot', 'window', 'event', 'person'] as const;
type Cause = (typeof CAUSES)[number];

/** Actions on all conversations with a cause; where a number is silent, its card has what helps. */
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
  const { data: instances = [] } = useQuery(instancesQuery);
  const found = CAUSES.map((cause) => ({
    cause,
    group: groups.find((group) => group.waits_for === cause),
    numbers: numbersWith(cause, instances),
  }));
  const isCalm = ({ group, numbers }: CauseProps) => group === undefined && numbers.length === 0;
  return (
    <>
      <div className="cards">
        <section className="card" aria-labelledby="untaken">
          <Title order={2} size="h5" id="untaken">
            {t('untaken')}
          </Title>
          <p className="big">{untaken.count}</p>
          <Text size="sm" c="dimmed" component="div">
            {untaken.oldest_at === null ? t('noneUntaken') : <>{t('oldest')} </>}
            {untaken.oldest_at !== null && <Ago at={untaken.oldest_at} />}
          </Text>
        </section>
        {found
          .filter((one) => !isCalm(one))
          .map((one) => (
            <CauseCard key={one.cause} {...one} />
          ))}
      </div>
      <Calm causes={found.filter(isCalm).map(({ cause }) => cause)} />
    </>
  );
}

/** The causes for which nothing is stuck, so that it is known that they were looked at. */
function Calm({ causes }: { causes: readonly Cause[] }) {
  const t = useTranslations('stuck');
  const tWaits = useTranslations('waits');
  if (causes.length === 0) return null;
  return (
    <section className="calm" aria-labelledby="calm">
      <Title order={2} size="h6" id="calm">
        {t('calm')}
      </Title>
      <ul>
        {causes.map((cause) => (
          <li key={cause}>
            <DoneIcon size={15} /> {tWaits(cause)}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface CauseProps {
  cause: Cause;
  group: Group | undefined;
  numbers: readonly Instance[];
}

function CauseCard({ cause, group, numbers }: CauseProps) {
  const t = useTranslations('stuck');
  const tWaits = useTranslations('waits');
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
      {group && <Ways cause={cause} count={group.count} />}
      {isNumberCause(cause) && <NumbersInNeed cause={cause} numbers={numbers} />}
      {group && HELPS[cause].length > 0 && (
        <div className="helps">
          <Bulk filters={{ waits_for: cause }} actions={HELPS[cause]} />
        </div>
      )}
    </section>
  );
}

function Ways({ cause, count }: { cause: Cause; count: number }) {
  const t = useTranslations('stuck');
  return (
    <div className="ways">
      <Link to="/conversations" search={{ waits_for: cause }}>
        {t('show', { count })}
      </Link>
      {isNumberCause(cause) && <Link to="/instances">{t('numbers')}</Link>}
      {cause === 'typebot' && (
        <Link to="/typebots" search={{}}>
          {t('typebots')}
        </Link>
      )}
    </div>
  );
}
