import { Button, Group, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { instancesQuery } from '../api/queries.js';
import { PlusIcon } from '../icons.js';
import { Allowed } from '../parts/allowed.js';
import { ConnectNumber } from '../parts/numbers/connect.js';
import { NumberCard } from '../parts/numbers/number-card.js';
import { Empty, Trouble, Waiting } from '../parts/states.js';

/** All numbers with their health, and a form that connects a new one. */
export function InstancesPage() {
  const t = useTranslations('instances');
  const instances = useQuery(instancesQuery);
  const [connects, connect] = useState(false);
  return (
    <div className="wide">
      <Group justify="space-between" mb="md">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <Allowed to="instance.created" explains>
          <Button leftSection={<PlusIcon />} onClick={() => connect(true)}>
            {t('connect')}
          </Button>
        </Allowed>
      </Group>
      {instances.isPending && <Waiting />}
      {instances.isError && <Trouble error={instances.error} onAgain={() => void instances.refetch()} />}
      {instances.data?.length === 0 && <Empty title={t('none')}>{t('noneHelp')}</Empty>}
      <div className="cards">
        {instances.data?.map((instance) => (
          <NumberCard key={instance.id} instance={instance} />
        ))}
      </div>
      {connects && <ConnectNumber onDone={() => connect(false)} />}
    </div>
  );
}
