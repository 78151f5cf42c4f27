import { Group, NativeSelect, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { instancesQuery } from '../api/queries.js';
import { statisticsQuery, TIMES } from '../api/statistics.js';
import type { OverviewSearch, Time } from '../api/statistics.js';
import type { Statistics } from '../api/wire.js';
import { AnswerTime } from '../parts/overview/answer-time.js';
import { Bars } from '../parts/overview/bars.js';
import { Failures } from '../parts/overview/failures.js';
import { Questions } from '../parts/overview/questions.js';
import { Shares } from '../parts/overview/shares.js';
import { Trouble, Waiting } from '../parts/states.js';

/** Activity, answer times, open questions and failures. The address has the chosen period, number and typebot. */
export function OverviewPage() {
  const t = useTranslations('overview');
  const search = useSearch({ from: '/overview' });
  const navigate = useNavigate();
  const { data: instances = [] } = useQuery(instancesQuery);
  const time = search.time ?? 'day';
  const statistics = useQuery(statisticsQuery(time, search.instance_id));
  const set = (more: OverviewSearch) =>
    void navigate({ to: '/overview', search: { ...search, ...more }, replace: true });
  const shown = search.instance_id ?? instances[0]?.id;
  return (
    <div className="wide">
      <Group justify="space-between" mb="md" align="flex-end">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <Group gap="sm">
          <NativeSelect
            aria-label={t('time')}
            value={time}
            onChange={(event) => set({ time: event.currentTarget.value as Time })}
            data={(Object.keys(TIMES) as Time[]).map((value) => ({ value, label: t(`last_${value}`) }))}
          />
          {instances.length > 1 && (
            <NativeSelect
              aria-label={t('instance')}
              value={search.instance_id ?? ''}
              onChange={(event) => set({ instance_id: event.currentTarget.value || undefined })}
              data={[
                { value: '', label: t('anyInstance') },
                ...instances.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          )}
        </Group>
      </Group>
      {statistics.isPending && <Waiting />}
      {statistics.isError && <Trouble error={statistics.error} onAgain={() => void statistics.refetch()} />}
      <div className="panels">
        {statistics.data && <Charts statistics={statistics.data} />}
        {shown !== undefined && (
          <Questions
            key={shown}
            instance={shown}
            typebot={search.typebot_id}
            onPick={(typebot) => set({ typebot_id: typebot })}
          />
        )}
      </div>
    </div>
  );
}

function Charts({ statistics }: { statistics: Statistics }) {
  const t = useTranslations('overview');
  const tReason = useTranslations('closeReason');
  const { activity, interval } = statistics;
  const nameOf = (outcome: string) => {
    const reason = outcome as 'completed';
    if (outcome === 'active') return t('active');
    return tReason.has(reason) ? tReason(reason) : outcome;
  };
  return (
    <>
      <Bars
        title={t('sessions')}
        names={[t('sessions')]}
        interval={interval}
        bars={activity.map(({ at, sessions }) => ({ at, parts: [sessions] }))}
      />
      <Bars
        title={t('messages')}
        names={[t('received'), t('byBot'), t('byPeople')]}
        interval={interval}
        bars={activity.map(({ at, received, sent_by_bot: bot, sent_by_people: people }) => ({
          at,
          parts: [received, bot, people],
        }))}
      />
      <AnswerTime times={statistics.answer_time} />
      <Shares
        title={t('outcomes')}
        none={t('noOutcome')}
        shares={statistics.outcomes.map(({ outcome, count }) => ({ name: nameOf(outcome), count }))}
      />
      <Failures failures={statistics.failures} />
    </>
  );
}
