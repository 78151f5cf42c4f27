import { Button, Group, Menu, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import { useControl } from '../../api/actions.js';
import type { Control } from '../../api/actions.js';
import type { SessionRow } from '../../api/wire.js';
import { CloseIcon, MuteIcon, PauseIcon, PlayIcon } from '../../icons.js';
import { useErrorText } from '../states.js';

const MINUTES = [15, 60, 480] as const;

/** Pause, hand back, mute and close. */
export function Controls({ session }: { session: SessionRow }) {
  const t = useTranslations('controls');
  const control = useControl(session);
  const errorText = useErrorText();
  const [asks, ask] = useDisclosure();
  const run = (wanted: Control) => control.mutate(wanted);
  if (session.status === 'closed') return <MuteMenu session={session} onPick={run} />;
  return (
    <>
      <Group gap="xs">
        {session.status === 'opened' ? (
          <PauseMenu onPick={run} isBusy={control.isPending} />
        ) : (
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
        <Button size="xs" variant="default" leftSection={<CloseIcon size={15} />} onClick={ask.open}>
          {t('close')}
        </Button>
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
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" leftSection={<PauseIcon size={15} />} loading={isBusy}>
          {t('pause')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onPick({ type: 'pause' })}>{t('untilResumed')}</Menu.Item>
        {MINUTES.map((minutes) => (
          <Menu.Item key={minutes} onClick={() => onPick({ type: 'pause', minutes })}>
            {t('forMinutes', { minutes })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Silence for a contact, also when no conversation is open: no trigger starts anything. */
function MuteMenu({ session, onPick }: { session: SessionRow; onPick(control: Control): void }) {
  const t = useTranslations('controls');
  const { phone } = session;
  if (phone === null) return null;
  const mute = (minutes: number) => onPick({ type: 'mute', phone, minutes });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<MuteIcon size={15} />}>
          {session.muted_until === null ? t('mute') : t('muted')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {session.muted_until !== null && <Menu.Item onClick={() => mute(0)}>{t('unmute')}</Menu.Item>}
        {MINUTES.map((minutes) => (
          <Menu.Item key={minutes} onClick={() => mute(minutes)}>
            {t('forMinutes', { minutes })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
