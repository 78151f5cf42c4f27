import { Badge, Button, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { deliveriesQuery } from '../../api/access.js';
import { call } from '../../api/client.js';
import type { Deliveries } from '../../api/wire.js';
import { Trouble, useErrorText, Waiting } from '../states.js';
import { Ago } from '../times.js';

/** The delivery log of a webhook. It is loaded when it is opened. */
export function DeliveryLog({ subscription, url }: { subscription: string; url: string }) {
  const t = useTranslations('webhooks');
  const [opened, open] = useState(false);
  return (
    <details className="more" onToggle={(event) => open(event.currentTarget.open)}>
      <summary aria-label={t('logOf', { url })}>{t('log')}</summary>
      {opened && <Log subscription={subscription} />}
    </details>
  );
}

const COLORS = { delivered: 'green.6', pending: 'yellow.6', failed: 'red.6' } as const;

function Log({ subscription }: { subscription: string }) {
  const t = useTranslations('webhooks');
  const log = useInfiniteQuery(deliveriesQuery(subscription));
  if (log.isPending) return <Waiting />;
  if (log.isError) return <Trouble error={log.error} onAgain={() => void log.refetch()} />;
  const deliveries = log.data.pages.flatMap((page) => page.deliveries);
  if (deliveries.length === 0) return <Text c="dimmed">{t('nothingSent')}</Text>;
  return (
    <>
      <ul className="deliveries">
        {deliveries.map((delivery) => (
          <Line key={delivery.id} subscription={subscription} delivery={delivery} />
        ))}
      </ul>
      {log.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </>
  );
}

interface LineProps {
  subscription: string;
  delivery: Deliveries['deliveries'][number];
}

function Line({ subscription, delivery }: LineProps) {
  const t = useTranslations('webhooks');
  const tEvent = useTranslations('eventName');
  const errorText = useErrorText();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => call('POST', `/subscriptions/${subscription}/deliveries/${delivery.id}/retry`, {}),
    onSettled: () => client.invalidateQueries({ queryKey: deliveriesQuery(subscription).queryKey }),
  });
  const { event, status, attempt, response_status: response, at } = delivery;
  return (
    <li>
      <Badge color={COLORS[status]}>{t(status)}</Badge>
      <span className="event">
        {tEvent(event.replace('.', '_') as 'session_started')}
        <Text size="xs" c="dimmed" component="div">
          <Ago at={at} /> · {t('attempts', { count: attempt })}
          {response !== null && ` · HTTP ${response}`}
        </Text>
      </span>
      <Button
        variant="default"
        size="compact-sm"
        loading={again.isPending}
        onClick={() => again.mutate()}
        aria-label={t('againOf', { event, id: delivery.id.slice(0, 8) })}
      >
        {t('again')}
      </Button>
      {again.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {errorText(again.error)}
        </Text>
      )}
    </li>
  );
}
