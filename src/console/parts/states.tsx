import { Alert, Button, Loader, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ApiError } from '../api/client.js';

/** Shown while data is loading. */
export function Waiting() {
  const t = useTranslations('states');
  return (
    <div className="empty">
      <Loader aria-label={t('loading')} role="status" />
    </div>
  );
}

/** Shown when data could not be loaded; `onAgain` tries again. */
export function Trouble({ error, onAgain }: { error: Error; onAgain?: () => void }) {
  const t = useTranslations('states');
  return (
    <Alert color="red" variant="outline" m="md" role="alert" title={t('trouble')}>
      <Text size="sm">{useErrorText()(error)}</Text>
      {onAgain && (
        <Button mt="sm" size="xs" variant="default" onClick={onAgain}>
          {t('again')}
        </Button>
      )}
    </Alert>
  );
}

/** Describes an error in the person's language, with the API's own message if it refused the request. */
export function useErrorText(): (error: Error) => string {
  const t = useTranslations('states');
  return (error) => {
    if (!(error instanceof ApiError) || error.status === 0) return t('unreachable');
    if (error.status === 404) return t('gone');
    if (error.status === 403) return t('forbidden');
    if (error.status === 429) return t('tooMany');
    return error.status < 500 ? t('refused', { words: error.message }) : t('unreachable');
  };
}

/** Shown in place of an empty list, with the reason. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text c="dimmed">{children}</Text>
    </div>
  );
}

/** Shown for an address without a page. */
export function NotFound() {
  const t = useTranslations('states');
  return <Empty title={t('noPage')}>{t('noPageHelp')}</Empty>;
}
