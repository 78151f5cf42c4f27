import { ActionIcon, Button, Group, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { phoneSessionQuery, useRestart, useSay } from '../../api/phone.js';
import { RestartIcon, SendIcon } from '../../icons.js';
import { Timeline } from '../conversation/timeline.js';
import { Transcript } from '../conversation/transcript.js';
import { useErrorText } from '../states.js';
import { Choices } from './choices.js';
import type { PhoneContact } from './contacts.js';

/** The phone of one contact, and beside it the timeline of the conversation. */
export function Handset({ instance, contact }: { instance: string; contact: PhoneContact }) {
  const t = useTranslations('phone');
  const errorText = useErrorText();
  const { data: session } = useQuery(phoneSessionQuery(instance, contact.phone));
  const say = useSay(instance, contact);
  const restart = useRestart(instance);
  const ids = session ? { instance, session: session.id } : undefined;
  const error = say.error ?? restart.error;
  return (
    <div className="handset">
      <section className="phone" aria-labelledby="phone-of">
        <header>
          <div>
            <Title order={2} size="h5" id="phone-of">
              {contact.name}
            </Title>
            <Text size="xs" c="dimmed">
              +{contact.phone} · {session ? t(session.status) : t('noSession')}
            </Text>
          </div>
          <Button
            variant="default"
            size="xs"
            leftSection={<RestartIcon size={15} />}
            disabled={!session}
            loading={restart.isPending}
            onClick={() => session && restart.mutate(session.id)}
          >
            {t('restart')}
          </Button>
        </header>
        {ids ? (
          <Transcript key={ids.session} ids={ids} />
        ) : (
          <div className="transcript">
            <Text c="dimmed" ta="center" my="xl">
              {say.isSuccess ? t('nothingStarted') : t('sayHello', { name: contact.name })}
            </Text>
          </div>
        )}
        {ids && <Choices ids={ids} isBusy={say.isPending} onTap={say.mutate} />}
        <Compose onSay={(message, onError) => say.mutate({ message }, { onError })} isBusy={say.isPending} />
        {error && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)" p="xs">
            {errorText(error)}
          </Text>
        )}
      </section>
      <aside className="card">{ids ? <Timeline ids={ids} /> : <Text c="dimmed">{t('logHelp')}</Text>}</aside>
    </div>
  );
}

interface ComposeProps {
  onSay(message: string, onError: () => void): void;
  isBusy: boolean;
}

function Compose({ onSay, isBusy }: ComposeProps) {
  const t = useTranslations('phone');
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || text.trim() === '') return;
    setText('');
    // Restore what was not sent, so that it can be sent again.
    onSay(text, () => setText((typed) => typed || text));
  };
  return (
    <Group component="form" gap="xs" p="xs" wrap="nowrap" onSubmit={submit}>
      <TextInput
        flex={1}
        aria-label={t('message')}
        placeholder={t('message')}
        autoComplete="off"
        maxLength={4_096}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ActionIcon type="submit" size="input-sm" aria-label={t('send')} loading={isBusy}>
        <SendIcon />
      </ActionIcon>
    </Group>
  );
}
