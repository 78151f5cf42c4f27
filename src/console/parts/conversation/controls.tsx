import { Button, Group, Menu, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import { useControl } from '../../api/actions.js';
import type { Control } from '../../api/actions.js';
import type { SessionRow } from '../../api/wire.js';
import { CloseIcon, MuteIcon, PauseIcon, PlayIcon } from '../../icons.js';
import { MinuteItems, MinutesDialog } from '../minutes-menu.js';
import { useErrorText } from '../states.js';
import { MoreMenu } from './more-menu.js';

/** Buttons to pause, hand back, mute and close, and a menu with the rest. */
export function Controls({ session }: { session: SessionRow }) {
  const t = useTranslations('controls');
  const control = useControl(session);
  const errorText = useErrorText();
  const [asks, ask] = useDisclosure();
  const run = (wanted: Control) => control.mutate(wanted);
  const isOpen = session.status !== 'closed';
  return (
    <>
      <Group gap="xs">
        {session.status === 'opened' && <PauseMenu onPick={run} isBusy={control.isPending} />}
        {session.status === 'paused' && (
          <Button
            size="xs"
            leftSection={<PlayIcon size={15} />}
            loading={control.isPending}
            onClick={() => run({ type: 'resume' })}
          >
            {t('resume')}
          </Button>
        )}
        <MuteMenu session={session} onPick={run} />
        {isOpen && (
          <Button size="xs" variant="default" leftSection={<CloseIcon size={15} />} onClick={ask.open}>
            {t('close')}
          </Button>
        )}
        <MoreMenu session={session} />
      </Group>
      {control.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)" w="100%">
          {errorText(control.error)}
        </Text>
      )}
      <Modal
        opened={asks}
        onClose={ask.close}
        title={t('closeTitle')}
        closeButtonProps={{ 'aria-label': t('cancel') }}
      >
        <Text mb="lg">{t('closeHelp')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={ask.close} data-autofocus>
            {t('cancel')}
          </Button>
          <Button
            color="red"
            onClick={() => {
              ask.close();
              run({ type: 'close' });
            }}
          >
            {t('closeNow')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function PauseMenu({ onPick, isBusy }: { onPick(control: Control): void; isBusy: boolean }) {
  const t = useTranslations('controls');
  const [asks, ask] = useDisclosure();
  const pause = (minutes?: number) => onPick({ type: 'pause', minutes });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" leftSection={<PauseIcon size={15} />} loading={isBusy}>
            {t('pause')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => pause()}>{t('untilResumed')}</Menu.Item>
          <MinuteItems onPick={pause} onOther={ask.open} />
        </Menu.Dropdown>
      </Menu>
      <MinutesDialog title={t('pause')} opened={asks} onClose={ask.close} onPick={pause} />
    </>
  );
}

/** Mutes the contact, even without an open conversation: no trigger starts anything. */
function MuteMenu({ session, onPick }: { session: SessionRow; onPick(control: Control): void }) {
  const t = useTranslations('controls');
  const [asks, ask] = useDisclosure();
  const { phone } = session;
  if (phone === null) return null;
  const mute = (minutes: number) => onPick({ type: 'mute', phone, minutes });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<MuteIcon size={15} />}>
            {session.muted_until === null ? t('mute') : t('muted')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {session.muted_until !== null && <Menu.Item onClick={() => mute(0)}>{t('unmute')}</Menu.Item>}
          <MinuteItems onPick={mute} onOther={ask.open} />
        </Menu.Dropdown>
      </Menu>
      <MinutesDialog title={t('mute')} opened={asks} onClose={ask.close} onPick={mute} />
    </>
  );
}
