import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useControl } from '../../api/actions.js';
import type { Control } from '../../api/actions.js';
import { heldQuery } from '../../api/queries.js';
import type { SessionRow, TranscriptItem } from '../../api/wire.js';
import { wordFor } from '../session-words.js';
import { useErrorText } from '../states.js';

/** Bubbles that are held back while the bot is silent, to be sent or dropped: all of them, or one by one. */
export function Held({ session }: { session: SessionRow }) {
  const t = useTranslations('held');
  const control = useControl(session);
  const errorText = useErrorText();
  const isHolding = session.held > 0;
  const { data } = useQuery({
    ...heldQuery({ instance: session.instance_id, session: session.id }),
    enabled: isHolding,
  });
  if (!isHolding) return null;
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
      <Text size="xs" w="100%">
        {t('order')}
      </Text>
      <ol>
        {data?.messages.map((item, index) => (
          <HeldBubble
            key={item.id}
            item={item}
            isFirst={index === 0}
            isBusy={control.isPending}
            onPick={control.mutate}
          />
        ))}
      </ol>
      {control.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {errorText(control.error)}
        </Text>
      )}
    </section>
  );
}

interface BubbleProps {
  item: TranscriptItem;
  isFirst: boolean;
  isBusy: boolean;
  onPick(control: Control): void;
}

function HeldBubble({ item, isFirst, isBusy, onPick }: BubbleProps) {
  const t = useTranslations('held');
  const tType = useTranslations('contentType');
  const words = item.text || wordFor(tType, item.content_type);
  return (
    <li>
      <Text size="sm" lineClamp={2}>
        {words}
      </Text>
      {isFirst && (
        <Button
          size="compact-sm"
          disabled={isBusy}
          aria-label={t('sendOf', { words })}
          onClick={() => onPick({ type: 'sendBubble', message: item.id })}
        >
          {t('sendOne')}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        disabled={isBusy}
        aria-label={t('dropOf', { words })}
        onClick={() => onPick({ type: 'dropBubble', message: item.id })}
      >
        {t('dropOne')}
      </Button>
    </li>
  );
}

/** What lets them leave; a number that is silenced is not released here. */
function releaseOf({ status, muted_until: mutedUntil, phone }: SessionRow): Control | undefined {
  if (status === 'paused') return { type: 'resume' };
  return mutedUntil !== null && phone !== null ? { type: 'mute', phone, minutes: 0 } : undefined;
}
