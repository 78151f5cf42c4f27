import { Alert, Button, Drawer, Group, PasswordInput, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { typebotsQuery } from '../../api/queries.js';
import type { ImportView } from '../../api/wire.js';
import { useErrorText } from '../states.js';
import { ImportPlan } from './import-plan.js';

/** Imports the typebots of an instance at Evolution API, after a preview. */
export function ImportEvolution({ instance, onDone }: { instance: string; onDone(): void }) {
  const t = useTranslations('importEvolution');
  const tForm = useTranslations('typebotForm');
  const errorText = useErrorText();
  const client = useQueryClient();
  const [place, setPlace] = useState({ base_url: '', instance: '', api_key: '' });
  const [switchOn, setSwitchOn] = useState(false);
  const path = `/instances/${instance}/import/evolution`;
  const preview = useMutation({ mutationFn: () => call<ImportView>('POST', `${path}/preview`, place) });
  const run = useMutation({
    mutationFn: () => call<ImportView>('POST', path, { ...place, switch_on: switchOn }),
    onSettled: () => client.invalidateQueries(typebotsQuery(instance)),
  });
  const plan = run.data ?? preview.data;
  const isNew = plan?.typebots.some(({ outcome }) => outcome === 'new') ?? false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    preview.mutate();
  };
  const field = (name: keyof typeof place) => ({
    ...{ label: t(name), required: true, autoComplete: 'off', value: place[name] },
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setPlace({ ...place, [name]: currentTarget.value }),
  });
  return (
    <Drawer
      opened
      onClose={onDone}
      position="right"
      size="xl"
      title={t('title')}
      closeButtonProps={{ 'aria-label': tForm('cancel') }}
    >
      <form onSubmit={submit}>
        <Stack>
          {plan === undefined && (
            <>
              <TextInput {...field('base_url')} placeholder="https://evolution.example.com" />
              <TextInput {...field('instance')} placeholder="shop" />
              <PasswordInput
                {...field('api_key')}
                description={t('keyHelp')}
                visibilityToggleButtonProps={{ 'aria-label': tForm('reveal') }}
              />
            </>
          )}
          {(preview.error ?? run.error) && (
            <Alert color="red" variant="outline" role="alert">
              {errorText((preview.error ?? run.error) as Error)}
            </Alert>
          )}
          <div role="status">{plan && <ImportPlan plan={plan} isDone={run.isSuccess} />}</div>
          {isNew && !run.isSuccess && (
            <Switch
              size="md"
              label={t('switchOn')}
              description={t('switchOnHelp')}
              checked={switchOn}
              onChange={(event) => setSwitchOn(event.currentTarget.checked)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onDone}>
              {run.isSuccess ? t('done') : tForm('cancel')}
            </Button>
            {plan === undefined && (
              <Button type="submit" loading={preview.isPending}>
                {t('preview')}
              </Button>
            )}
            {isNew && !run.isSuccess && (
              <Button loading={run.isPending} onClick={() => run.mutate()}>
                {t('import')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
