import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { flowQuery } from '../../api/queries.js';
import type { Flow as FlowView } from '../../api/wire.js';
import { wordFor } from '../session-words.js';
import { Trouble } from '../states.js';

/** Answers of the contact, and the variables that Parley gave to the flow. */
export function Flow({ session }: { session: string }) {
  const t = useTranslations('flow');
  const [isOpen, setIsOpen] = useState(false);
  const flow = useQuery({ ...flowQuery(session), enabled: isOpen });
  return (
    <details className="flow" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        <Title order={2} size="h5">
          {t('title')}
        </Title>
      </summary>
      {flow.isError && <Trouble error={flow.error} />}
      {flow.data && <Known flow={flow.data} />}
    </details>
  );
}

function Known({ flow }: { flow: FlowView }) {
  const t = useTranslations('flow');
  const tType = useTranslations('contentType');
  const given = Object.entries(flow.variables);
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('help')}
      </Text>
      <Title order={3} size="h6" mt="sm">
        {t('answers')}
      </Title>
      {flow.answers.length === 0 && <Text size="sm">{t('noAnswers')}</Text>}
      <dl className="facts answers">
        {flow.answers.map(({ message_id: id, question, text, content_type: type }) => (
          <div key={id}>
            <dt>{question ?? t('began')}</dt>
            <dd>{text || wordFor(tType, type)}</dd>
          </div>
        ))}
      </dl>
      {given.length > 0 && (
        <>
          <Title order={3} size="h6">
            {t('variables')}
          </Title>
          <dl className="facts">
            {given.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {flow.result_id !== null && (
        <Text size="xs" c="dimmed">
          {t('result', { id: flow.result_id })}
        </Text>
      )}
    </>
  );
}
