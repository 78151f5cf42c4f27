import { Alert, Button, PasswordInput, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../api/client.js';
import { failureOf } from '../api/sign-in-failure.js';
import type { SignedIn } from '../api/wire.js';
import icon from '../icon.svg';
import { Looks } from '../parts/looks.js';

type Credentials = { code: string } | { api_key: string } | { client_token: string; client_secret: string };

// A code works only once, and React runs effects twice during development.
const tried = new Set<string>();

/** Asks for a key, or for client token and secret. They are sent once and not stored; a cookie replaces them. */
export function SignIn({ code, onSignedIn }: { code?: string; onSignedIn(who: SignedIn): void }) {
  const t = useTranslations('signIn');
  const [kind, setKind] = useState('key');
  const signIn = useMutation({
    mutationFn: (given: Credentials) => call<SignedIn>('POST', '/session', given),
    onSuccess: onSignedIn,
  });
  useEffect(() => {
    if (code === undefined || tried.has(code)) return;
    tried.add(code);
    signIn.mutate({ code });
  }, [code, signIn]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const field = (name: string) => String(given.get(name) ?? '').trim();
    if (kind === 'key') signIn.mutate({ api_key: field('api_key') });
    else signIn.mutate({ client_token: field('client_token'), client_secret: field('client_secret') });
  };
  return (
    <main className="door">
      <div className="card">
        <Stack gap="md">
          <img src={icon} alt="" width={44} height={44} />
          <div>
            <Title order={1} size="h2">
              {t('title')}
            </Title>
            <Text c="dimmed">{t('lead')}</Text>
          </div>
          <SegmentedControl
            fullWidth
            aria-label={t('with')}
            value={kind}
            onChange={setKind}
            data={[
              { value: 'key', label: t('key') },
              { value: 'client', label: t('client') },
            ]}
          />
          <form onSubmit={submit}>
            <Stack gap="sm">
              {kind === 'key' ? (
                <PasswordInput
                  name="api_key"
                  label={t('key')}
                  description={t('keyHelp')}
                  required
                  autoFocus
                />
              ) : (
                <>
                  <TextInput name="client_token" label={t('clientToken')} required autoComplete="off" />
                  <PasswordInput name="client_secret" label={t('clientSecret')} required />
                </>
              )}
              <SignInError
                error={signIn.error}
                byCode={signIn.variables !== undefined && 'code' in signIn.variables}
              />
              <Button type="submit" size="md" loading={signIn.isPending}>
                {t('submit')}
              </Button>
            </Stack>
          </form>
          <Looks />
        </Stack>
      </div>
    </main>
  );
}

function SignInError({ error, byCode }: { error: Error | null; byCode: boolean }) {
  const t = useTranslations('signIn');
  if (error === null) return null;
  return (
    <Alert color="red" variant="outline" role="alert">
      {t(failureOf(error, byCode))}
    </Alert>
  );
}
