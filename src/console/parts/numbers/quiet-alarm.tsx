import { Button, Group, NumberInput, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { instancesQuery } from '../../api/queries.js';
import type { Instance } from '../../api/wire.js';
import { useErrorText } from '../states.js';

/** Sets after how many hours without an event a number raises the alarm. */
export function QuietAlarm({ instance }: { instance: Instance }) {
  const t = useTranslations('alarm');
  const errorText = useErrorText();
  const client = useQueryClient();
  const [hours, setHours] = useState(instance.alarm_after_hours);
  const save = useMutation({
    mutationFn: () => call('PATCH', `/instances/${instance.id}`, { alarm_after_hours: hours }),
    onSettled: () => client.invalidateQueries({ queryKey: instancesQuery.queryKey }),
  });
  return (
    <details className="more">
      <summary>
        {instance.alarm_after_hours === 0 ? t('off') : t('after', { hours: instance.alarm_after_hours })}
      </summary>
      <Group align="flex-end" gap="xs" mt="xs" wrap="nowrap">
        <NumberInput
          label={t('hours')}
          description={t('help')}
          min={0}
          max={720}
          clampBehavior="strict"
          allowDecimal={false}
          value={hours}
          onChange={(given) => setHours(Number(given) || 0)}
        />
        <Button
          variant="default"
          disabled={hours === instance.alarm_after_hours}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t('save')}
        </Button>
      </Group>
      {save.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {errorText(save.error)}
        </Text>
      )}
    </details>
  );
}
