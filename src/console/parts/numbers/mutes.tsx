import { Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { mutesQuery } from '../../api/queries.js';
import type { MutePage } from '../../api/wire.js';
import { Trouble, useErrorText } from '../states.js';
import { Until } from '../times.js';

/** The muted contacts of a number, read once they are asked for. A mute needs no conversation, so no list has them. */
export function Mutes({ instance }: { instance: string }) {
  const t = useTranslations('instances');
  const errorText = useErrorText();
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const { data, error } = useQuery({ ...mutesQuery(instance), enabled: isOpen });
  const unmute = useMutation({
    mutationFn: (phone: string) =>
      call('POST', `/instances/${instance}/contacts/${phone}/mute`, { minutes: 0 }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: mutesQuery(instance).queryKey }),
        client.invalidateQueries({ queryKey: ['sessions'] }),
      ]),
  });
  return (
    <details className="more mutes" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{t('mutes')}</summary>
      {error && <Trouble error={error} />}
      {data?.mutes.length === 0 && <Text size="sm">{t('noMutes')}</Text>}
      <ul>
        {data?.mutes.map((mute) => (
          <Muted key={mute.remote_jid} mute={mute} isBusy={unmute.isPending} onUnmute={unmute.mutate} />
        ))}
      </ul>
      {data?.next_cursor && <Text size="sm">{t('firstMutes')}</Text>}
      {unmute.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {errorText(unmute.error)}
        </Text>
      )}
    </details>
  );
}

interface MutedProps {
  mute: MutePage['mutes'][number];
  isBusy: boolean;
  onUnmute(phone: string): void;
}

function Muted({ mute, isBusy, onUnmute }: MutedProps) {
  const t = useTranslations('instances');
  const { phone } = mute;
  const name = mute.push_name || (phone === null ? mute.remote_jid : `+${phone}`);
  return (
    <li>
      <Text size="sm" truncate>
        {name}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        <Until at={mute.muted_until} />
      </Text>
      {phone !== null && (
        <Button
          size="compact-sm"
          variant="default"
          disabled={isBusy}
          aria-label={t('unmuteOf', { name })}
          onClick={() => onUnmute(phone)}
        >
          {t('unmute')}
        </Button>
      )}
    </li>
  );
}
