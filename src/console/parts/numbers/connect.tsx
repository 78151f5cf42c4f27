import { Alert, Button, Drawer, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { instancesQuery } from '../../api/queries.js';
import type { NewInstance } from '../../api/wire.js';
import { useErrorText } from '../states.js';
import { CHANNELS, channelOf, fieldsOf, firstValues } from './channels.js';
import type { ChannelName } from './channels.js';
import { PasteThere } from './paste-there.js';
import { SettingField } from './setting-field.js';

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
  const errorText = useErrorText();
  const [channel, setChannel] = useState<ChannelName>('evolution');
  const [values, setValues] = useState(() => firstValues('evolution'));
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const pick = (picked: ChannelName) => {
    setChannel(picked);
    setValues(firstValues(picked));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name, ...(phone !== '' && { phone }), channel: channelOf(channel, values) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <NativeSelect
          label={t('channel')}
          description={tChannel(`${channel}Help`)}
          value={channel}
          onChange={(event) => pick(event.currentTarget.value as ChannelName)}
          data={(Object.keys(CHANNELS) as ChannelName[]).map((value) => ({ value, label: tChannel(value) }))}
        />
        <TextInput
          label={t('name')}
          description={t('nameHelp')}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('phone')}
          description={t('phoneHelp')}
          inputMode="tel"
          value={phone}
          onChange={(event) => setPhone(event.currentTarget.value)}
        />
        {fieldsOf(channel).map((field) => (
          <SettingField
            key={field.name}
            field={field}
            isRequired
            value={values[field.name] ?? ''}
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {error && (
          <Alert color="red" variant="outline" role="alert">
            {errorText(error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t('connect')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
