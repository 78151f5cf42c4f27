import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { NewInstance } from '../../api/wire.js';
import { Copy } from '../copy.js';

/** What to enter at the provider, if Parley has not done so itself. Shown only once, because it contains secrets. */
export function PasteThere({ instance, onDone }: { instance: NewInstance; onDone(): void }) {
  const t = useTranslations('paste');
  const { webhook } = instance;
  const isLocal = instance.channel.type === 'sandbox';
  return (
    <Stack gap="md">
      <Alert color="green" variant="outline" role="status" title={t('connected', { name: instance.name })}>
        {isLocal ? t('sandbox') : webhook.registered ? t('registered') : t('byHand')}
      </Alert>
      {!isLocal && (
        <>
          <Copy name={t('url')} value={webhook.url} />
          {webhook.verify_token && <Copy name={t('verifyToken')} value={webhook.verify_token} />}
          {Object.entries(webhook.headers ?? {}).map(([name, value]) => (
            <Copy key={name} name={t('header', { name })} value={value} />
          ))}
          {webhook.events.length > 0 && (
            <div>
              <Text size="sm" c="dimmed">
                {t('events')}
              </Text>
              <code>{webhook.events.join(', ')}</code>
            </div>
          )}
        </>
      )}
      <Copy name={t('token')} value={instance.token} />
      <Text size="sm" c="dimmed">
        {t('once')}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('done')}
        </Button>
        <Link to="/typebots" search={{ instance_id: instance.id }} className="next">
          {t('next')}
        </Link>
      </Group>
    </Stack>
  );
}
