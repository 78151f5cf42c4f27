import { Badge, Button, Switch, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { subscriptionsQuery } from '../../api/access.js';
import { call } from '../../api/client.js';
import type { Subscription } from '../../api/wire.js';
import { PlusIcon } from '../../icons.js';
import { Allowed, useIsAllowed } from '../allowed.js';
import { Confirm } from '../confirm.js';
import { Empty, Trouble, useErrorText, Waiting } from '../states.js';
import { Ago } from '../times.js';
import { DeliveryLog } from './delivery-log.js';
import { NewWebhook } from './new-webhook.js';

/** The outgoing webhooks, each with its state and delivery log. */
export function Webhooks() {
  const t = useTranslations('webhooks');
  const subscriptions = useQuery(subscriptionsQuery);
  const [makes, make] = useState(false);
  if (subscriptions.isPending) return <Waiting />;
  if (subscriptions.isError)
    return <Trouble error={subscriptions.error} onAgain={() => void subscriptions.refetch()} />;
  return (
    <section aria-labelledby="webhooks">
      <Title order={2} size="h4" id="webhooks" mb="xs">
        {t('title')}
      </Title>
      {subscriptions.data.length === 0 && <Empty title={t('none')}>{t('noneHelp')}</Empty>}
      {subscriptions.data.map((subscription) => (
        <Webhook key={subscription.id} subscription={subscription} />
      ))}
      <Allowed to="subscription.created" explains>
        <Button my="md" leftSection={<PlusIcon />} onClick={() => make(true)}>
          {t('make')}
        </Button>
      </Allowed>
      {makes && <NewWebhook onDone={() => make(false)} />}
    </section>
  );
}

function Webhook({ subscription }: { subscription: Subscription }) {
  const t = useTranslations('webhooks');
  const errorText = useErrorText();
  const client = useQueryClient();
  const mayChange = useIsAllowed('subscription.changed');
  const [deletes, askToDelete] = useState(false);
  const { id, url, events, enabled, failing_since: failing } = subscription;
  const settled = { onSettled: () => client.invalidateQueries({ queryKey: subscriptionsQuery.queryKey }) };
  const change = useMutation({
    mutationFn: (on: boolean) => call('PATCH', `/subscriptions/${id}`, { enabled: on }),
    ...settled,
  });
  const remove = useMutation({ mutationFn: () => call('DELETE', `/subscriptions/${id}`), ...settled });
  return (
    <div className="card webhook">
      <div className="card-head">
        <Text fw={600} className="address">
          {url}
        </Text>
        <Switch
          size="md"
          checked={enabled}
          disabled={change.isPending || !mayChange}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
          aria-label={t('enabledOf', { url })}
        />
      </div>
      <Text size="sm" c="dimmed">
        {events.join(', ')}
      </Text>
      {failing && (
        <Badge color="red.6">
          {t('failing')} <Ago at={failing} />
        </Badge>
      )}
      {change.error && (
        <Text role="alert" c="var(--mantine-color-error)">
          {errorText(change.error)}
        </Text>
      )}
      <DeliveryLog subscription={id} url={url} />
      <Allowed to="subscription.deleted">
        <Button
          variant="outline"
          color="red"
          size="compact-sm"
          onClick={() => askToDelete(true)}
          aria-label={t('deleteOf', { url })}
        >
          {t('delete')}
        </Button>
      </Allowed>
      {deletes && (
        <Confirm
          title={t('deleteTitle')}
          yes={t('delete')}
          onYes={() => remove.mutate()}
          onNo={() => askToDelete(false)}
          isBusy={remove.isPending}
          error={remove.error}
        >
          {t('deleteHelp', { url })}
        </Confirm>
      )}
    </div>
  );
}
