import { Button, Group, NativeSelect, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { instancesQuery, typebotsQuery } from '../api/queries.js';
import type { Typebot } from '../api/wire.js';
import { PlusIcon } from '../icons.js';
import { Empty, Trouble, Waiting } from '../parts/states.js';
import { DeleteTypebot } from '../parts/typebots/delete-typebot.js';
import { ImportEvolution } from '../parts/typebots/import-evolution.js';
import { TriggerSandbox } from '../parts/typebots/trigger-sandbox.js';
import { TypebotForm } from '../parts/typebots/typebot-form.js';
import { TypebotList } from '../parts/typebots/typebot-list.js';

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
      {typebots.data.length > 0 && <TypebotList instance={instance} typebots={typebots.data} onEdit={edit} />}
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
