import { ActionIcon, Group, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import { CopyIcon, DoneIcon } from '../icons.js';

/** A value that is needed elsewhere, with a button that copies it. */
export function Copy({ name, value }: { name: string; value: string }) {
  const t = useTranslations('copy');
  const clipboard = useClipboard({ timeout: 3_000 });
  return (
    <div className="copy">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <code>{value}</code>
        <Tooltip label={clipboard.copied ? t('copied') : t('copy')}>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('copyOf', { name })}
            onClick={() => clipboard.copy(value)}
          >
            {clipboard.copied ? <DoneIcon /> : <CopyIcon />}
          </ActionIcon>
        </Tooltip>
      </Group>
      <VisuallyHidden role="status">{clipboard.copied && t('copied')}</VisuallyHidden>
    </div>
  );
}
