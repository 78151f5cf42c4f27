import { Alert, Badge, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { healthQuery } from '../../api/queries.js';
import type { Health, Instance } from '../../api/wire.js';
import { Trouble, Waiting } from '../states.js';
import { Ago } from '../times.js';
import { CheckButton } from './check-button.js';
import { Mutes } from './mutes.js';
import { NumberSettingsButton } from './number-settings.js';
import { PanicSwitch } from './panic-switch.js';
import { QuietAlarm } from './quiet-alarm.js';

const COLORS: Record<Instance['status'], string> = {
  connected: 'green.6',
  connecting: 'yellow.6',
  disconnected: 'red.6',
  logged_out: 'red.6',
  auth_failed: 'red.6',
};

/** A number with its health, panic switch and alarm. */
export function NumberCard({ instance }: { instance: Instance }) {
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
      {instance.silenced_at !== null && <PanicSwitch instance={instance} />}
      {health.isPending && <Waiting />}
      {health.isError && <Trouble error={health.error} onAgain={() => void health.refetch()} />}
      {health.data && <HealthLines health={health.data} hours={instance.alarm_after_hours} />}
      <Mutes instance={instance.id} />
      <QuietAlarm key={instance.alarm_after_hours} instance={instance} />
      <div className="ways">
        <Link to="/conversations" search={{ instance_id: instance.id }}>
          {t('conversations')}
        </Link>
        <CheckButton instance={instance} />
        <NumberSettingsButton instance={instance} renews={status === 'auth_failed'} />
        {instance.silenced_at === null && <PanicSwitch instance={instance} />}
      </div>
    </section>
  );
}

/** Texts for the states in which a person has to do something. */
const HELP = {
  auth_failed: 'auth_failedHelp',
  logged_out: 'logged_outHelp',
  disconnected: 'disconnectedHelp',
  connecting: 'connectingHelp',
} as const;

function HealthLines({ health, hours }: { health: Health; hours: number }) {
  const t = useTranslations('instances');
  const tAlarm = useTranslations('alarm');
  const failing = health.typebots.filter((typebot) => typebot.last_error !== null);
  return (
    <>
      {health.status !== 'connected' && (
        <Alert color={COLORS[health.status]} variant="outline" mt="sm">
          {t(HELP[health.status])}
        </Alert>
      )}
      {health.quiet && (
        <Alert color="red" variant="outline" mt="sm" role="status" title={tAlarm('quiet', { hours })}>
          {tAlarm('quietHelp')}
        </Alert>
      )}
      <dl className="facts">
        <Fact name={t('lastInbound')}>
          {health.last_inbound_at ? <Ago at={health.last_inbound_at} /> : t('never')}
        </Fact>
        <Fact name={t('lastSend')}>
          {health.last_send_at ? <Ago at={health.last_send_at} /> : t('never')}
        </Fact>
        {health.webhook && <Fact name={t('webhook')}>{t(`webhook_${health.webhook}`)}</Fact>}
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
