import { ActionIcon, Menu, Modal, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { useRestart } from '../../api/actions.js';
import type { SessionRow } from '../../api/wire.js';
import { LinkIcon, MoreIcon, NoteIcon, RestartIcon } from '../../icons.js';
import { FormEnd } from '../form-end.js';
import { NotesDialog } from './notes-dialog.js';

/** A menu with restart, notes and a link to Temporal's own UI. */
export function MoreMenu({ session }: { session: SessionRow }) {
  const t = useTranslations('controls');
  const [restarts, restart] = useDisclosure();
  const [notes, note] = useDisclosure();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t('more')}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {session.channel === 'whatsapp' && (
            <Menu.Item leftSection={<RestartIcon />} onClick={restart.open}>
              {t('restart')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<NoteIcon />} onClick={note.open}>
            {t('notes')}
          </Menu.Item>
          {session.workflow_url !== null && (
            <Menu.Item
              leftSection={<LinkIcon />}
              component="a"
              href={session.workflow_url}
              target="_blank"
              rel="noreferrer noopener"
            >
              {t('temporal')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {restarts && <RestartDialog session={session} onClose={restart.close} />}
      {notes && <NotesDialog session={session} onClose={note.close} />}
    </>
  );
}

function RestartDialog({ session, onClose }: { session: SessionRow; onClose(): void }) {
  const t = useTranslations('controls');
  const navigate = useNavigate();
  const [message, setMessage] = useState('');
  const restart = useRestart(session);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    restart.mutate(message.trim(), {
      onSuccess: (id) => {
        onClose();
        const params = { instance: session.instance_id, session: id };
        void navigate({ to: '/conversations/$instance/$session', params });
      },
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('restartTitle')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <form onSubmit={submit}>
        <Text mb="md">{t('restartHelp')}</Text>
        <TextInput
          data-autofocus
          label={t('restartWith')}
          description={t('restartWithHelp')}
          maxLength={4_096}
          value={message}
          onChange={({ currentTarget }) => setMessage(currentTarget.value)}
        />
        <FormEnd
          submit={t('restartNow')}
          onCancel={onClose}
          isBusy={restart.isPending}
          error={restart.error}
        />
      </form>
    </Modal>
  );
}
