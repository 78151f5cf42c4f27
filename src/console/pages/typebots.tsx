import { ActionIcon, Button, Group, NativeSelect, Switch, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../api/client.js';
import { instancesQuery, typebotsQuery } from '../api/queries.js';
import type { Typebot } from '../api/wire.js';
import { DownIcon, PlusIcon, UpIcon } from '../icons.js';
import { Empty, Trouble, useErrorText, Waiting } from '../parts/states.js';
import { DeleteTypebot } from '../parts/typebots/delete-typebot.js';
import { ImportEvolution } from '../parts/typebots/import-evolution.js';
import { TriggerSandbox } from '../parts/typebots/trigger-sandbox.js';
import { TypebotForm } from '../parts/typebots/typebot-form.js';
import { swapped } from '../parts/typebots/typebot-order.js';

/** The typebots of a number, in the order in which they are tried. */
export function TypebotsPage() {
  const t = useTranslations('typebots');
  const instances = useQuery(instancesQuery);
  const navigate = useNavigate();
  const { instance_id: wanted } = useSearch({ from: '/typebots' });
  const instance = wanted ?? instances.data?.[0]?.id;
  if (instances.isError) return <Trouble error={instances.error} onAgain={() => void instances.refetch()} />;
  if (instances.isPending) return <Waiting />;
  return (
    <div className="wide">
      <Group justify="space-between" align="flex-end" mb="md">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        {instances.data.length > 1 && (
          <NativeSelect
            label={t('instance')}
            value={instance}
            onChange={(event) =>
              void navigate({ to: '/typebots', search: { instance_id: event.currentTarget.value } })
            }
            data={instances.data.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </Group>
      {instance === undefined ? (
        <Empty title={t('noNumber')} />
      ) : (
        <Typebots key={instance} instance={instance} />
      )}
    </div>
  );
}

function Typebots({ instance }: { instance: string }) {
  const t = useTranslations('typebots');
  const typebots = useQuery(typebotsQuery(instance));
  const [editing, edit] = useState<Typebot | 'new'>();
  const [imports, importThem] = useState(false);
  const [deleting, askToDelete] = useState<Typebot>();
  const lowest = Math.min(1, ...(typebots.data ?? []).map(({ priority }) => priority));
  if (typebots.isError) return <Trouble error={typebots.error} onAgain={() => void typebots.refetch()} />;
  if (typebots.isPending) return <Waiting />;
  return (
    <>
      {typebots.data.length === 0 && <Empty title={t('none')}>{t('noneHelp')}</Empty>}
      {typebots.data.length > 0 && <List instance={instance} typebots={typebots.data} onEdit={edit} />}
      <Group my="md">
        <Button leftSection={<PlusIcon />} onClick={() => edit('new')}>
          {t('add')}
        </Button>
        <Button variant="default" onClick={() => importThem(true)}>
          {t('import')}
        </Button>
      </Group>
      {imports && <ImportEvolution instance={instance} onDone={() => importThem(false)} />}
      {typebots.data.length > 0 && <TriggerSandbox instance={instance} typebots={typebots.data} />}
      {editing !== undefined && (
        <TypebotForm
          instance={instance}
          typebot={editing === 'new' ? undefined : editing}
          priority={lowest - 1}
          onDone={() => edit(undefined)}
          onDelete={() => {
            if (editing !== 'new') askToDelete(editing);
            edit(undefined);
          }}
        />
      )}
      {deleting && (
        <DeleteTypebot instance={instance} typebot={deleting} onDone={() => askToDelete(undefined)} />
      )}
    </>
  );
}

interface ListProps {
  instance: string;
  typebots: Typebot[];
  onEdit(typebot: Typebot): void;
}

function List({ instance, typebots, onEdit }: ListProps) {
  const client = useQueryClient();
  const errorText = useErrorText();
  const change = useMutation({
    mutationFn: async (changes: { typebot_id: string; priority?: number; enabled?: boolean }[]) => {
      // One after the other: even if a later one fails, the list has a valid order.
      for (const { typebot_id: id, ...wanted } of changes)
        await call('PATCH', `/instances/${instance}/typebots/${id}`, wanted);
    },
    onSettled: () => client.invalidateQueries(typebotsQuery(instance)),
  });
  return (
    <>
      <ol className="rows">
        {typebots.map((typebot, index) => (
          <Row
            key={typebot.typebot_id}
            typebot={typebot}
            isBusy={change.isPending}
            onEnable={(enabled) => change.mutate([{ typebot_id: typebot.typebot_id, enabled }])}
            onUp={index === 0 ? undefined : () => change.mutate(swapped(typebots, index, -1))}
            onDown={
              index === typebots.length - 1 ? undefined : () => change.mutate(swapped(typebots, index, 1))
            }
            onEdit={() => onEdit(typebot)}
          />
        ))}
      </ol>
      {change.error && (
        <Text role="alert" c="var(--mantine-color-error)" mt="sm">
          {errorText(change.error)}
        </Text>
      )}
    </>
  );
}

interface RowProps {
  typebot: Typebot;
  isBusy: boolean;
  onEnable(enabled: boolean): void;
  onUp?: () => void;
  onDown?: () => void;
  onEdit(): void;
}

function Row({ typebot, isBusy, onEnable, onUp, onDown, onEdit }: RowProps) {
  const t = useTranslations('typebots');
  const tTrigger = useTranslations('trigger');
  const name = typebot.description || typebot.public_id;
  return (
    <li className="typebot">
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="default"
          size="lg"
          disabled={isBusy || !onUp}
          onClick={onUp}
          aria-label={t('up', { name })}
        >
          <UpIcon />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size="lg"
          disabled={isBusy || !onDown}
          onClick={onDown}
          aria-label={t('down', { name })}
        >
          <DownIcon />
        </ActionIcon>
      </Group>
      <div className="what">
        <Text fw={600} truncate>
          {name}
        </Text>
        <Text size="sm" c="dimmed" truncate>
          {tTrigger(typebot.trigger_type)}
          {typebot.trigger_value && ` “${typebot.trigger_value}”`} · {typebot.public_id}
        </Text>
        {typebot.last_error && (
          <Text size="sm" c="var(--mantine-color-error)" truncate>
            {typebot.last_error.message}
          </Text>
        )}
      </div>
      <Switch
        size="md"
        checked={typebot.enabled}
        disabled={isBusy}
        onChange={(event) => onEnable(event.currentTarget.checked)}
        aria-label={t('enabled', { name })}
      />
      <Button variant="default" size="xs" onClick={onEdit} aria-label={t('editOf', { name })}>
        {t('edit')}
      </Button>
    </li>
  );
}
