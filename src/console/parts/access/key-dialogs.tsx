import { Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { keysQuery } from '../../api/access.js';
import { call } from '../../api/client.js';
import { instancesQuery } from '../../api/queries.js';
import type { KeyView, NewKey } from '../../api/wire.js';
import { Confirm } from '../confirm.js';
import { FormEnd } from '../form-end.js';
import { ShownOnce } from './shown-once.js';

interface DialogProps {
  workspace: string;
  onDone(): void;
}
type OfKey = DialogProps & { apiKey: KeyView };

function useKeyChange<Wanted, Answer>(
  workspace: string,
  change: (wanted: Wanted) => Promise<Answer>,
  onDone?: () => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: keysQuery(workspace).queryKey }),
  });
}

/** Creates a key for the whole workspace or for one number, and shows it once. */
export function MakeKey({ workspace, onDone }: DialogProps) {
  const t = useTranslations('keys');
  const tControls = useTranslations('controls');
  const { data: instances = [] } = useQuery(instancesQuery);
  const [name, setName] = useState('');
  const [instance, setInstance] = useState('');
  const make = useKeyChange(workspace, (wanted: { name: string; instance_id: string | null }) =>
    call<NewKey>('POST', `/workspaces/${workspace}/keys`, wanted),
  );
  if (make.data)
    return <ShownOnce title={make.data.name} name={t('key')} value={make.data.key} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate({ name, instance_id: instance || null });
  };
  return (
    <Modal opened onClose={onDone} title={t('make')} closeButtonProps={{ 'aria-label': tControls('cancel') }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('name')}
            description={t('nameHelp')}
            required
            maxLength={200}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('opens')}
            value={instance}
            onChange={(event) => setInstance(event.currentTarget.value)}
            data={[
              { value: '', label: t('opensAll') },
              ...instances.map((one) => ({ value: one.id, label: t('opensOne', { name: one.name }) })),
            ]}
          />
        </Stack>
        <FormEnd submit={t('make')} onCancel={onDone} isBusy={make.isPending} error={make.error} />
      </form>
    </Modal>
  );
}

const KEEP = [0, 60, 1_440] as const;

/** Gives a key a new value. The old one may stay valid for a while, until all programs have the new one. */
export function RotateKey({ workspace, apiKey: { id, name }, onDone }: OfKey) {
  const t = useTranslations('keys');
  const [keep, setKeep] = useState(60);
  const rotate = useKeyChange(workspace, () =>
    call<NewKey>('POST', `/workspaces/${workspace}/keys/${id}/rotate`, { keep_minutes: keep }),
  );
  if (rotate.data) return <ShownOnce title={name} name={t('key')} value={rotate.data.key} onDone={onDone} />;
  return (
    <Confirm
      title={t('rotateTitle', { name })}
      yes={t('rotate')}
      onYes={() => rotate.mutate(undefined)}
      onNo={onDone}
      isBusy={rotate.isPending}
      error={rotate.error}
    >
      {t('rotateHelp')}
      <NativeSelect
        mt="md"
        label={t('keep')}
        value={String(keep)}
        onChange={(event) => setKeep(Number(event.currentTarget.value))}
        data={KEEP.map((minutes) => ({ value: String(minutes), label: t('keepFor', { minutes }) }))}
      />
    </Confirm>
  );
}

/** Revokes a key after a confirmation. */
export function RevokeKey({ workspace, apiKey: { id, name }, onDone }: OfKey) {
  const t = useTranslations('keys');
  const revoke = useKeyChange(workspace, () => call('DELETE', `/workspaces/${workspace}/keys/${id}`), onDone);
  return (
    <Confirm
      title={t('revokeTitle', { name })}
      yes={t('revoke')}
      onYes={() => revoke.mutate(undefined)}
      onNo={onDone}
      isBusy={revoke.isPending}
      error={revoke.error}
    >
      {t('revokeHelp')}
    </Confirm>
  );
}
