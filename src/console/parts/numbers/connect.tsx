import { Drawer, NativeSelect, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { instancesQuery } from '../../api/queries.js';
import type { NewInstance } from '../../api/wire.js';
import { FormEnd } from '../form-end.js';
import { CHANNELS, channelOf, firstValues } from './channels.js';
import type { ChannelName } from './channels.js';
import { NumberFields } from './number-fields.js';
import { PasteThere } from './paste-there.js';

/** Connects a number in two steps: a form for the provider's data, then what to enter at the provider. */
export function ConnectNumber({ onDone }: { onDone(): void }) {
  const t = useTranslations('connect');
  const client = useQueryClient();
  const connect = useMutation({
    mutationFn: (wanted: { name: string; phone?: string; channel: Record<string, unknown> }) =>
      call<NewInstance>('POST', '/instances', wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: instancesQuery.queryKey, exact: true }),
  });
  return (
    <Drawer
      opened
      onClose={onDone}
      position="right"
      size="lg"
      title={t('title')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      {connect.data ? (
        <PasteThere instance={connect.data} onDone={onDone} />
      ) : (
        <ChannelForm
          isBusy={connect.isPending}
          error={connect.error}
          onSubmit={connect.mutate}
          onCancel={onDone}
        />
      )}
    </Drawer>
  );
}

interface FormProps {
  isBusy: boolean;
  error: Error | null;
  onSubmit(wanted: { name: string; phone?: string; channel: Record<string, unknown> }): void;
  onCancel(): void;
}

function ChannelForm({ isBusy, error, onSubmit, onCancel }: FormProps) {
  const t = useTranslations('connect');
  const tChannel = useTranslations('channelName');
  const [channel, setChannel] = useState<ChannelName>('evolution');
  const [values, setValues] = useState({ name: '', phone: '', settings: firstValues('evolution') });
  const pick = (picked: ChannelName) => {
    setChannel(picked);
    setValues({ ...values, settings: firstValues(picked) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, phone, settings } = values;
    onSubmit({ name, ...(phone !== '' && { phone }), channel: channelOf(channel, settings) });
  };
  return (
    <Stack component="form" gap="md" onSubmit={submit}>
      <NativeSelect
        label={t('channel')}
        description={tChannel(`${channel}Help`)}
        value={channel}
        onChange={(event) => pick(event.currentTarget.value as ChannelName)}
        data={(Object.keys(CHANNELS) as ChannelName[]).map((value) => ({ value, label: tChannel(value) }))}
      />
      <NumberFields channel={channel} values={values} isNew onChange={setValues} />
      <FormEnd submit={t('connect')} onCancel={onCancel} isBusy={isBusy} error={error} />
    </Stack>
  );
}
