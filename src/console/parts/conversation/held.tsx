import { Button, Group, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useControl } from '../../api/actions.js';
import type { Control } from '../../api/actions.js';
import type { SessionRow } from '../../api/wire.js';
import { useErrorText } from '../states.js';

/** Bubbles that are held back while the bot is silent. Handing back sends them; they can also be dropped. */
export function Held({ session }: { session: SessionRow }) {
  const t = useTranslations('held');
  const control = useControl(session);
  const errorText = useErrorText();
  if (session.held === 0) return null;
  const release = releaseOf(session);
  return (
    <section className="held" aria-label={t('title')}>
      <Text size="sm">{t('held', { count: session.held })}</Text>
      <Group gap="xs">
        {release && (
          <Button size="xs" loading={control.isPending} onClick={() => control.mutate(release)}>
            {release.type === 'mute' ? t('unmute') : t('send')}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          loading={control.isPending}
          onClick={() => control.mutate({ type: 'dropHeld' })}
        >
          {t('drop')}
        </Button>
      </Group>
      {control.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {errorText(control.error)}
        </Text>
      )}
    </section>
  );
}

/** What lets them leave; a number that is silenced is not released here. */
function releaseOf({ status, muted_until: mutedUntil, phone }: SessionRow): Control | undefined {
  if (status === 'paused') return { type: 'resume' };
  return mutedUntil !== null && phone !== null ? { type: 'mute', phone, minutes: 0 } : undefined;
}
