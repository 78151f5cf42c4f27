import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useErrorText } from './states.js';

interface ConfirmProps {
  title: string;
  /** Explains the consequences. */
  children: ReactNode;
  /** Label of the button that confirms. */
  yes: string;
  onYes(): void;
  onNo(): void;
  isBusy: boolean;
  error: Error | null;
}

/** Asks for confirmation of something that cannot be undone or that everybody will notice. */
export function Confirm({ title, children, yes, onYes, onNo, isBusy, error }: ConfirmProps) {
  const t = useTranslations('controls');
  const errorText = useErrorText();
  return (
    <Modal opened onClose={onNo} title={title} closeButtonProps={{ 'aria-label': t('cancel') }}>
      <Text mb="lg" component="div">
        {children}
      </Text>
      {error && (
        <Text role="alert" c="var(--mantine-color-error)" mb="md">
          {errorText(error)}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onNo} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color="red" loading={isBusy} onClick={onYes}>
          {yes}
        </Button>
      </Group>
    </Modal>
  );
}
