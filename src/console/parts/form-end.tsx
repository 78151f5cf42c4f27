import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useErrorText } from './states.js';

interface FormEndProps {
  /** Label of the button that submits the form. */
  submit: string;
  onCancel(): void;
  isBusy?: boolean;
  isDisabled?: boolean;
  error?: Error | null;
  /** A further button, at the left. */
  children?: ReactNode;
}

/** The end of a form in a dialog: what went wrong, and the buttons to cancel and to submit. */
export function FormEnd({ submit, onCancel, isBusy, isDisabled, error, children }: FormEndProps) {
  const t = useTranslations('controls');
  const errorText = useErrorText();
  return (
    <>
      {error && (
        <Text role="alert" size="sm" mt="sm" c="var(--mantine-color-error)">
          {errorText(error)}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        {children}
        <Button variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={isBusy} disabled={isDisabled}>
          {submit}
        </Button>
      </Group>
    </>
  );
}
