import { Button, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { keysQuery } from '../../api/access.js';
import { instancesQuery } from '../../api/queries.js';
import type { KeyView } from '../../api/wire.js';
import { PlusIcon } from '../../icons.js';
import { Allowed } from '../allowed.js';
import { Empty, Trouble, Waiting } from '../states.js';
import { Ago } from '../times.js';
import { MakeKey, RevokeKey, RotateKey } from './key-dialogs.js';

type Dialog = { type: 'make' } | { type: 'rotate' | 'revoke'; key: KeyView };

/** The API keys of the workspace, each with its scope and the time of its last use. */
export function Keys({ workspace }: { workspace: string }) {
  const t = useTranslations('keys');
  const keys = useQuery(keysQuery(workspace));
  const [dialog, open] = useState<Dialog>();
  const close = () => open(undefined);
  if (keys.isPending) return <Waiting />;
  if (keys.isError) return <Trouble error={keys.error} onAgain={() => void keys.refetch()} />;
  return (
    <section aria-labelledby="keys">
      <Title order={2} size="h4" id="keys" mb="xs">
        {t('title')}
      </Title>
      {keys.data.length === 0 && <Empty title={t('none')}>{t('noneHelp')}</Empty>}
      {keys.data.length > 0 && (
        <ul className="rows">
          {keys.data.map((key) => (
            <Row key={key.id} apiKey={key} onOpen={(type) => open({ type, key })} />
          ))}
        </ul>
      )}
      <Allowed to="key.created" explains>
        <Button my="md" leftSection={<PlusIcon />} onClick={() => open({ type: 'make' })}>
          {t('make')}
        </Button>
      </Allowed>
      {dialog?.type === 'make' && <MakeKey workspace={workspace} onDone={close} />}
      {dialog?.type === 'rotate' && <RotateKey workspace={workspace} apiKey={dialog.key} onDone={close} />}
      {dialog?.type === 'revoke' && <RevokeKey workspace={workspace} apiKey={dialog.key} onDone={close} />}
    </section>
  );
}

function Row({ apiKey: key, onOpen }: { apiKey: KeyView; onOpen(type: 'rotate' | 'revoke'): void }) {
  const t = useTranslations('keys');
  const { data: instances } = useQuery(instancesQuery);
  const { name, instance_id: instance, last_used_at: used } = key;
  const number = instances?.find(({ id }) => id === instance)?.name ?? instance;
  return (
    <li className="typebot">
      <div className="what">
        <Text fw={600} truncate>
          {name}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          {instance === null ? t('opensAll') : t('opensOne', { name: number ?? '' })} ·{' '}
          {used === null ? t('neverUsed') : t('lastUsed')} {used && <Ago at={used} />}
        </Text>
      </div>
      <Allowed to="key.rotated">
        <Button
          variant="default"
          size="xs"
          onClick={() => onOpen('rotate')}
          aria-label={t('rotateOf', { name })}
        >
          {t('rotate')}
        </Button>
      </Allowed>
      <Allowed to="key.revoked">
        <Button
          variant="default"
          size="xs"
          onClick={() => onOpen('revoke')}
          aria-label={t('revokeOf', { name })}
        >
          {t('revoke')}
        </Button>
      </Allowed>
    </li>
  );
}
