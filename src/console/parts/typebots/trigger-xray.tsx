import { Button, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useWatch } from 'react-hook-form';
import type { Control } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { typebotsQuery } from '../../api/queries.js';
import type { Typebot, XrayView } from '../../api/wire.js';
import { useErrorText } from '../states.js';
import { operatorOf } from './typebot-fields.js';
import type { Settings } from './typebot-fields.js';

interface XrayProps {
  instance: string;
  /** Absent for a new typebot. */
  typebot?: Typebot;
  priority: number;
  control: Control<Settings>;
}

/** The settings that decide whether a typebot starts. */
const RULE = [
  'enabled',
  'trigger_type',
  'trigger_operator',
  'trigger_value',
  'ignore_groups',
  'listen_from_me',
] as const;

/** Shows what the unsaved trigger would have done with the recent first messages of contacts. */
export function TriggerXray({ instance, typebot, priority, control }: XrayProps) {
  const t = useTranslations('xray');
  const errorText = useErrorText();
  const values = useWatch({ control, name: RULE });
  const rule = Object.fromEntries(RULE.map((name, index) => [name, values[index]])) as Partial<Settings>;
  const xray = useMutation({
    mutationFn: (given: Partial<Settings>) =>
      call<XrayView>('POST', `/instances/${instance}/typebots/xray`, {
        ...given,
        ...operatorOf(given),
        ...(typebot ? { typebot_id: typebot.typebot_id } : { priority }),
      }),
  });
  const isOfThese = JSON.stringify(xray.variables) === JSON.stringify(rule);
  return (
    <section aria-labelledby="xray">
      <Title order={3} size="h5" id="xray">
        {t('title')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('help')}
      </Text>
      <Button variant="default" size="xs" loading={xray.isPending} onClick={() => xray.mutate(rule)}>
        {t('ask')}
      </Button>
      <div role="status">
        {isOfThese && xray.error && <Text c="var(--mantine-color-error)">{errorText(xray.error)}</Text>}
        {isOfThese && xray.data && <Seen instance={instance} xray={xray.data} />}
      </div>
    </section>
  );
}

function Seen({ instance, xray }: { instance: string; xray: XrayView }) {
  const t = useTranslations('xray');
  const { data: typebots = [] } = useQuery(typebotsQuery(instance));
  const nameOf = (start: XrayView['changes'][number]['was']) => {
    if (start === null) return t('nobody');
    const known = typebots.find(({ typebot_id: id }) => id === start.typebot_id);
    return known?.description || known?.public_id || t('thisOne');
  };
  return (
    <>
      <Text fw={600} my="xs">
        {t('changed', { changed: xray.changed, count: xray.messages })}
      </Text>
      {xray.changes.length > 0 && (
        <table className="numbers">
          <thead>
            <tr>
              <th scope="col">{t('message')}</th>
              <th scope="col">{t('was')}</th>
              <th scope="col">{t('becomes')}</th>
            </tr>
          </thead>
          <tbody>
            {xray.changes.map(({ text, count, was, becomes }, index) => (
              <tr key={index}>
                <th scope="row">
                  {text || t('withoutText')}
                  {count > 1 && ` × ${count}`}
                </th>
                <td>{nameOf(was)}</td>
                <td>{nameOf(becomes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
