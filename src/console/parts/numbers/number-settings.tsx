import { Button, Drawer, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import type { Instance } from '../../api/wire.js';
import { FormEnd } from '../form-end.js';
import { changesOf, fieldsOf } from './channels.js';
import { NumberFields } from './number-fields.js';
import type { NumberValues } from './number-fields.js';

/** A button that opens the settings of a number. `renews`: they are opened because its credentials are refused. */
export function NumberSettingsButton({ instance, renews }: { instance: Instance; renews: boolean }) {
  const t = useTranslations('instances');
  const [isOpen, open] = useState(false);
  const { name } = instance;
  return (
    <>
      <Button
        size="compact-sm"
        variant={renews ? 'filled' : 'default'}
        aria-label={renews ? t('renewOf', { name }) : t('settingsOf', { name })}
        onClick={() => open(true)}
      >
        {renews ? t('renew') : t('settings')}
      </Button>
      {isOpen && <NumberSettings instance={instance} onDone={() => open(false)} />}
    </>
  );
}

/** Name, phone number and channel settings of a number. What is stored of the channel is never shown again. */
function NumberSettings({ instance, onDone }: { instance: Instance; onDone(): void }) {
  const t = useTranslations('connect');
  const tNumbers = useTranslations('instances');
  const { type } = instance.channel;
  const first = { name: instance.name, phone: instance.phone ?? '', settings: {} };
  const [values, setValues] = useState<NumberValues>(first);
  const save = useSave(instance.id, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, phone, settings } = values;
    const channel = changesOf(fieldsOf(type), settings);
    const isChanged = Object.keys(channel).length > 0;
    save.mutate({ name, phone: phone === '' ? null : phone, ...(isChanged && { channel }) });
  };
  return (
    <Drawer
      opened
      onClose={onDone}
      position="right"
      size="lg"
      title={tNumbers('settingsOf', { name: instance.name })}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <Stack component="form" gap="md" onSubmit={submit}>
        <NumberFields channel={type} values={values} isNew={false} onChange={setValues} />
        <FormEnd submit={t('save')} onCancel={onDone} isBusy={save.isPending} error={save.error} />
      </Stack>
    </Drawer>
  );
}

interface Changes {
  name: string;
  phone: string | null;
  channel?: Record<string, unknown>;
}

function useSave(instance: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: Changes) => call<Instance>('PATCH', `/instances/${instance}`, changes),
    onSuccess: onDone,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['instances'] }),
        client.invalidateQueries({ queryKey: ['sessions'] }),
      ]),
  });
}
