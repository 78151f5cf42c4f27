import { Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { ImportView } from '../../api/wire.js';

/** The typebots of an import, each with its outcome and what could not be carried over. */
export function ImportPlan({ plan, isDone }: { plan: ImportView; isDone: boolean }) {
  const t = useTranslations('importEvolution');
  const tNote = useTranslations('importNote');
  const tTrigger = useTranslations('trigger');
  const count = plan.typebots.filter(({ outcome }) => outcome === 'new').length;
  return (
    <>
      <Text fw={600} mb="xs">
        {isDone ? t('made', { count }) : t('wouldMake', { count })}
      </Text>
      {plan.notes.map((note) => (
        <Text key={note} size="sm" c="dimmed">
          {tNote(note)}
        </Text>
      ))}
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">{t('typebot')}</th>
            <th scope="col">{t('trigger')}</th>
            <th scope="col">{t('outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {plan.typebots.map((one, index) => (
            <tr key={one.evolution_id ?? index}>
              <th scope="row">
                {one.description || one.public_id}
                {one.notes.map((note) => (
                  <Text key={note} size="xs" c="dimmed" component="div">
                    {tNote(note)}
                  </Text>
                ))}
              </th>
              <td>
                {tTrigger(one.trigger_type)} {one.trigger_value}
              </td>
              <td>
                {t(one.outcome)}
                {one.error !== null && `: ${one.error}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
