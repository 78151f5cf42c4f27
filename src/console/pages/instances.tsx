import { Alert, Badge, Button, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { healthQuery, instancesQuery } from '../api/queries.js';
import type { Health, Instance } from '../api/wire.js';
import { Empty, Trouble, Waiting } from '../parts/states.js';
import { Ago } from '../parts/times.js';

const COLORS: Record<Instance['status'], string> = {
  connected: 'green.6',
  connecting: 'yellow.6',
  disconnected: 'red.6',
  logged_out: 'red.6',
  auth_failed: 'red.6',
};

/** Every number with its health, as its provider says now. */
export function InstancesPage() {
  const t = useTranslations('instances');
  const instances = useQuery(instancesQuery);
  return (
    <div className="wide">
      <Title order={1} size="h2" mb="md">
        {t('title')}
      </Title>
      {instances.isPending && <Waiting />}
      {instances.isError && <Trouble error={instances.error} onAgain={() => void instances.refetch()} />}
      {instances.data?.length === 0 && <Empty title={t('none')}>{t('noneHelp')}</Empty>}
      <div className="cards">
        {instances.data?.map((instance) => (
          <InstanceCard key={instance.id} instance={instance} />
        ))}
      </div>
    </div>
  );
}

function InstanceCard({ instance }: { instance: Instance }) {
  const t = useTranslations('instances');
  const health = useQuery(healthQuery(instance.id));
  const status = health.data?.status ?? instance.status;
  return (
    <section className="card" aria-labelledby={instance.id}>
      <div className="card-head">
        <Title order={2} size="h4" id={instance.id}>
          {instance.name}
        </Title>
        <Badge color={COLORS[status]}>{t(status)}</Badge>
      </div>
      <Text size="sm" c="dimmed">
        {[instance.phone && `+${instance.phone}`, instance.channel.type].filter(Boolean).join(' · ')}
      </Text>
      {health.isPending && <Waiting />}
      {health.isError && <Trouble error={health.error} onAgain={() => void health.refetch()} />}
      {health.data && <HealthLines health={health.data} />}
      <div className="ways">
        <Link to="/conversations" search={{ instance_id: instance.id }}>
          {t('conversations')}
        </Link>
        <Button
          size="compact-sm"
          variant="default"
          loading={health.isFetching}
          onClick={() => void health.refetch()}
          aria-label={t('checkOf', { name: instance.name })}
        >
          {t('check')}
        </Button>
      </div>
    </section>
  );
}

function HealthLines({ health }: { health: Health }) {
  const t = useTranslations('instances');
  const failing = health.typebots.filter((typebot) => typebot.last_error !== null);
  return (
    <>
      {['auth_failed', 'logged_out', 'disconnected'].includes(health.status) && (
        <Alert color="red" variant="outline" mt="sm">
          {t(`${health.status as 'auth_failed' | 'logged_out' | 'disconnected'}Help`)}
        </Alert>
      )}
      <dl className="facts">
        <Fact name={t('lastInbound')}>
          {health.last_inbound_at ? <Ago at={health.last_inbound_at} /> : t('never')}
        </Fact>
        <Fact name={t('lastSend')}>
          {health.last_send_at ? <Ago at={health.last_send_at} /> : t('never')}
        </Fact>
        <Fact name={t('pending')}>{health.pending_messages}</Fact>
        {health.detail !== '' && <Fact name={t('detail')}>{health.detail}</Fact>}
        {failing.map(({ typebot_id: id, last_error: error }) => (
          <Fact key={id} name={t('typebotError')}>
            {error?.message} {error && <Ago at={error.at} />}
          </Fact>
        ))}
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
