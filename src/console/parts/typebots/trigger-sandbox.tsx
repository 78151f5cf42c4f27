import { Badge, Button, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import type { Evaluation, Typebot } from '../../api/wire.js';
import { useErrorText } from '../states.js';

/** Shows which typebot would answer a first message, and why the others would not. Nothing is started. */
export function TriggerSandbox({ instance, typebots }: { instance: string; typebots: readonly Typebot[] }) {
  const t = useTranslations('sandbox');
  const tOutcome = useTranslations('outcome');
  const errorText = useErrorText();
  const [text, setText] = useState('');
  const evaluate = useMutation({
    mutationFn: () => call<Evaluation>('POST', `/instances/${instance}/typebots/evaluate`, { text }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    evaluate.mutate();
  };
  const nameOf = (id: string) => {
    const typebot = typebots.find((one) => one.typebot_id === id);
    return typebot?.description || typebot?.public_id || id;
  };
  return (
    <section className="card" aria-labelledby="sandbox">
      <Title order={2} size="h5" id="sandbox">
        {t('title')}
      </Title>
      <form className="asks" onSubmit={submit}>
        <TextInput
          label={t('message')}
          placeholder={t('example')}
          value={text}
          maxLength={4_096}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={evaluate.isPending}>
          {t('ask')}
        </Button>
      </form>
      <div role="status">
        {evaluate.error && <Text c="var(--mantine-color-error)">{errorText(evaluate.error)}</Text>}
        {evaluate.data && (
          <>
            <Text fw={600} my="xs">
              {evaluate.data.would_start
                ? t('answers', { name: nameOf(evaluate.data.would_start.typebot_id) })
                : t('nobody')}
            </Text>
            <ol className="outcomes">
              {evaluate.data.candidates.map(({ typebot_id: id, outcome }) => (
                <li key={id}>
                  {nameOf(id)}{' '}
                  <Badge color={outcome === 'matched' ? 'green' : 'gray'}>{tOutcome(outcome)}</Badge>
                </li>
              ))}
            </ol>
          </>
        )}
      </div>
    </section>
  );
}
