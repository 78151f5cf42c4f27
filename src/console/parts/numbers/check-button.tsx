import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { healthQuery } from '../../api/queries.js';
import type { Instance } from '../../api/wire.js';

/** Asks the provider of a number how it is, which also brings what is shown of its conversations up to date. */
export function CheckButton({ instance: { id, name } }: { instance: Instance }) {
  const t = useTranslations('instances');
  const client = useQueryClient();
  const health = useQuery({ ...healthQuery(id), enabled: false });
  const check = async () => {
    await health.refetch();
    await Promise.all([
      client.invalidateQueries({ queryKey: ['instances'], exact: true }),
      client.invalidateQueries({ queryKey: ['sessions'] }),
    ]);
  };
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={health.isFetching}
      onClick={() => void check()}
      aria-label={t('checkOf', { name })}
    >
      {t('check')}
    </Button>
  );
}
