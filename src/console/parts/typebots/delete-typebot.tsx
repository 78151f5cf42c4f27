import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { typebotsQuery } from '../../api/queries.js';
import type { Typebot } from '../../api/wire.js';
import { Confirm } from '../confirm.js';

/** Deletes a typebot with all its conversations after a confirmation. */
export function DeleteTypebot(props: { instance: string; typebot: Typebot; onDone(): void }) {
  const { instance, typebot, onDone } = props;
  const t = useTranslations('deleteTypebot');
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call('DELETE', `/instances/${instance}/typebots/${typebot.typebot_id}`),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries(typebotsQuery(instance)),
  });
  return (
    <Confirm
      title={t('title', { name: typebot.description || typebot.public_id })}
      yes={t('delete')}
      onYes={() => remove.mutate()}
      onNo={onDone}
      isBusy={remove.isPending}
      error={remove.error}
    >
      {t('help')}
    </Confirm>
  );
}
