import { Alert, Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { instancesQuery } from '../../api/queries.js';
import type { Instance } from '../../api/wire.js';
import { MuteIcon, PlayIcon } from '../../icons.js';
import { Confirm } from '../confirm.js';
import { useErrorText } from '../states.js';
import { Ago } from '../times.js';

/** Silences all bots of a number after a confirmation, and while they are silent says so and can end it. */
export function PanicSwitch({ instance }: { instance: Instance }) {
  const t = useTranslations('panic');
  const [asks, ask] = useState(false);
  const { press, error, isPending } = useSilence(instance.id, () => ask(false));
  if (instance.silenced_at !== null)
    return (
      <SilentAlert
        since={instance.silenced_at}
        name={instance.name}
        onSpeak={() => press(false)}
        isBusy={isPending}
        error={error}
      />
    );
  return (
    <>
      <Button
        color="red"
        variant="outline"
        size="compact-sm"
        leftSection={<MuteIcon size={15} />}
        aria-label={t('silenceOf', { name: instance.name })}
        onClick={() => ask(true)}
      >
        {t('silence')}
      </Button>
      {asks && (
        <Confirm
          title={t('title', { name: instance.name })}
          yes={t('silence')}
          onYes={() => press(true)}
          onNo={() => ask(false)}
          isBusy={isPending}
          error={error}
        >
          {t('help')}
        </Confirm>
      )}
    </>
  );
}

interface SilentProps {
  since: string;
  name: string;
  onSpeak(): void;
  isBusy: boolean;
  error: Error | null;
}

function SilentAlert({ since, name, onSpeak, isBusy, error }: SilentProps) {
  const t = useTranslations('panic');
  const errorText = useErrorText();
  return (
    <Alert color="red" variant="outline" mt="sm" title={t('silent')} role="status">
      {t('since')} <Ago at={since} />
      <Button
        mt="xs"
        display="block"
        size="compact-sm"
        leftSection={<PlayIcon size={15} />}
        loading={isBusy}
        aria-label={t('speakOf', { name })}
        onClick={onSpeak}
      >
        {t('speak')}
      </Button>
      {error && errorText(error)}
    </Alert>
  );
}

function useSilence(instance: string, onDone: () => void) {
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (silent: boolean) =>
      silent
        ? call('POST', `/instances/${instance}/silence`, {})
        : call('DELETE', `/instances/${instance}/silence`),
    onSuccess: onDone,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: instancesQuery.queryKey, exact: true }),
        client.invalidateQueries({ queryKey: ['sessions'] }),
      ]),
  });
  return { press: mutate, error, isPending };
}
