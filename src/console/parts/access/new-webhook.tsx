import { Checkbox, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { subscriptionsQuery } from '../../api/access.js';
import { call } from '../../api/client.js';
import { instancesQuery } from '../../api/queries.js';
import type { NewSubscription, Subscription } from '../../api/wire.js';
import { FormEnd } from '../form-end.js';
import { ShownOnce } from './shown-once.js';

const EVENTS: Subscription['events'] = [
  'session.started',
  'session.paused',
  'session.resumed',
  'session.closed',
  'message.received',
  'message.sent',
  'message.failed',
];

/** Creates an outgoing webhook and shows the secret of its signatures once. */
export function NewWebhook({ onDone }: { onDone(): void }) {
  const t = useTranslations('webhooks');
  const tEvent = useTranslations('eventName');
  const tControls = useTranslations('controls');
  const client = useQueryClient();
  const { data: instances = [] } = useQuery(instancesQuery);
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<string[]>(['session.started', 'session.closed', 'message.failed']);
  const [instance, setInstance] = useState('');
  const make = useMutation({
    mutationFn: () =>
      call<NewSubscription>('POST', '/subscriptions', { url, events, instance_id: instance || null }),
    onSettled: () => client.invalidateQueries({ queryKey: subscriptionsQuery.queryKey }),
  });
  if (make.data)
    return <ShownOnce title={t('made')} name={t('secret')} value={make.data.secret} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Modal opened onClose={onDone} title={t('make')} closeButtonProps={{ 'aria-label': tControls('cancel') }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('url')}
            description={t('urlHelp')}
            placeholder="https://example.com/parley"
            required
            data-autofocus
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Checkbox.Group label={t('events')} value={events} onChange={setEvents}>
            <Stack gap="xs" mt="xs">
              {EVENTS.map((name) => (
                <Checkbox
                  key={name}
                  value={name}
                  label={tEvent(name.replace('.', '_') as 'session_started')}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <NativeSelect
            label={t('instance')}
            value={instance}
            onChange={(event) => setInstance(event.currentTarget.value)}
            data={[
              { value: '', label: t('anyInstance') },
              ...instances.map((one) => ({ value: one.id, label: one.name })),
            ]}
          />
        </Stack>
        <FormEnd
          submit={t('make')}
          onCancel={onDone}
          isBusy={make.isPending}
          isDisabled={events.length === 0}
          error={make.error}
        />
      </form>
    </Modal>
  );
}
