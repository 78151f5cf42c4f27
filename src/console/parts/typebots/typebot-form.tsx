import { Button, Drawer, Stack, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useForm, useWatch } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { ApiError, call } from '../../api/client.js';
import { typebotsQuery } from '../../api/queries.js';
import type { Typebot } from '../../api/wire.js';
import { useLanguage } from '../../languages.js';
import { FormEnd } from '../form-end.js';
import { FlowTrial } from './flow-trial.js';
import { changesOf, fitted, GROUPS, isAsked, NEW_TYPEBOT, settingsOf } from './typebot-fields.js';
import type { Changes, FieldName, Settings } from './typebot-fields.js';
import { TriggerXray } from './trigger-xray.js';
import { TypebotField } from './typebot-field.js';

const groups = Object.entries(GROUPS) as [keyof typeof GROUPS, (typeof GROUPS)['flow']][];

interface Editing {
  instance: string;
  /** Absent for a new typebot. */
  typebot?: Typebot;
  /** For a new typebot: lower than all others. */
  priority: number;
  onDone(): void;
  /** Asks for a confirmation before deleting. */
  onDelete(): void;
}

/** A form with all settings of a typebot, each explained. */
export function TypebotForm({ instance, typebot, priority, onDone, onDelete }: Editing) {
  const t = useTranslations('typebotForm');
  const client = useQueryClient();
  const before = typebot ? settingsOf(typebot) : {};
  const { language: locale } = useLanguage();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const first = typebot ? before : { ...NEW_TYPEBOT, locale, time_zone: timeZone };
  const form = useForm<Settings>({ defaultValues: first, mode: 'onTouched' });
  const trigger = useWatch({ control: form.control, name: 'trigger_type' });
  const save = useMutation({
    mutationFn: (settings: Settings) =>
      saveTypebot({ instance, typebot, priority }, changesOf(before, settings)),
    onSuccess: () => {
      void client.invalidateQueries(typebotsQuery(instance));
      onDone();
    },
    // The API's error begins with the name of the member, so it can be shown at that field.
    onError: (error) => {
      const [, name = '', words = ''] = /^(\w+) (.*)$/.exec(error.message) ?? [];
      const isOurs =
        error instanceof ApiError && groups.some(([, fields]) => fields.some((one) => one.name === name));
      if (isOurs) form.setError(name as FieldName, { message: words }, { shouldFocus: true });
    },
  });
  return (
    <Drawer
      opened
      onClose={onDone}
      position="right"
      size="lg"
      title={typebot ? t('edit') : t('new')}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit((settings) => save.mutate(settings))(event)}
      >
        <Stack gap="xl">
          {groups.map(([group, fields]) => (
            <Stack key={group} gap="md" component="section">
              <Title order={3} size="h5">
                {t(group)}
              </Title>
              {fields
                .filter(({ name }) => isAsked(name, trigger))
                .map((field) => (
                  <TypebotField
                    key={field.name}
                    field={field}
                    control={form.control}
                    stored={typebot?.typebot_api_token_set}
                  />
                ))}
              {group === 'flow' && <FlowTrial instance={instance} control={form.control} />}
            </Stack>
          ))}
          <TriggerXray instance={instance} typebot={typebot} priority={priority} control={form.control} />
        </Stack>
        <FormEnd submit={t('save')} onCancel={onDone} isBusy={save.isPending} error={save.error}>
          {typebot && (
            <Button variant="outline" color="red" mr="auto" onClick={onDelete}>
              {t('delete')}
            </Button>
          )}
        </FormEnd>
      </form>
    </Drawer>
  );
}

function saveTypebot(
  { instance, typebot, priority }: Pick<Editing, 'instance' | 'typebot' | 'priority'>,
  changes: Changes,
): Promise<unknown> {
  const settings = { ...changes, ...fitted(changes) };
  if (typebot) return call('PATCH', `/instances/${instance}/typebots/${typebot.typebot_id}`, settings);
  // Without a `public_id`, the API takes it from the whole link.
  const given = Object.entries(settings).filter(([name, value]) => name !== 'public_id' || value !== '');
  return call('POST', `/instances/${instance}/typebots`, { ...Object.fromEntries(given), priority });
}
