import { ActionIcon, Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useFieldArray, useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useNotes } from '../../api/actions.js';
import type { Notes } from '../../api/actions.js';
import type { SessionRow } from '../../api/wire.js';
import { CloseIcon, PlusIcon } from '../../icons.js';
import { FormEnd } from '../form-end.js';

const RESOLUTIONS = ['pending', 'unresolved', 'resolved'] as const;

interface Fields {
  segment: string;
  resolution: string;
  tags: { key: string; value: string }[];
}

/** A form for tags, segment and resolution of a conversation. */
export function NotesDialog({ session, onClose }: { session: SessionRow; onClose(): void }) {
  const t = useTranslations('notes');
  const tResolution = useTranslations('resolution');
  const save = useNotes(session);
  const { register, control, handleSubmit } = useForm<Fields>({ defaultValues: fieldsOf(session) });
  const tags = useFieldArray({ control, name: 'tags' });
  const isOpen = session.status !== 'closed';
  const submit = (fields: Fields) => save.mutate(changesOf(session, fields), { onSuccess: () => onClose() });
  return (
    <Modal opened onClose={onClose} title={t('title')} closeButtonProps={{ 'aria-label': t('cancel') }}>
      <form onSubmit={(event) => void handleSubmit(submit)(event)}>
        <Stack gap="md">
          <TextInput data-autofocus label={t('segment')} maxLength={255} {...register('segment')} />
          {isOpen && (
            <NativeSelect
              label={t('resolution')}
              description={t('resolutionHelp')}
              data={RESOLUTIONS.map((value) => ({ value, label: tResolution(value) }))}
              {...register('resolution')}
            />
          )}
          <fieldset className="tags">
            <legend>{t('tags')}</legend>
            <Stack gap="xs">
              {tags.fields.map((field, index) => (
                <Group key={field.id} gap="xs" wrap="nowrap">
                  <TextInput
                    aria-label={t('tagName', { number: index + 1 })}
                    placeholder={t('name')}
                    maxLength={200}
                    {...register(`tags.${index}.key`)}
                  />
                  <TextInput
                    aria-label={t('tagValue', { number: index + 1 })}
                    placeholder={t('value')}
                    maxLength={500}
                    {...register(`tags.${index}.value`)}
                  />
                  <ActionIcon
                    variant="default"
                    size={36}
                    aria-label={t('removeTag', { number: index + 1 })}
                    onClick={() => tags.remove(index)}
                  >
                    <CloseIcon size={15} />
                  </ActionIcon>
                </Group>
              ))}
              <Button
                variant="default"
                size="xs"
                leftSection={<PlusIcon size={15} />}
                onClick={() => tags.append({ key: '', value: '' })}
              >
                {t('addTag')}
              </Button>
            </Stack>
          </fieldset>
        </Stack>
        <FormEnd submit={t('save')} onCancel={onClose} isBusy={save.isPending} error={save.error} />
      </form>
    </Modal>
  );
}

function fieldsOf({ segment, resolution, tags }: SessionRow): Fields {
  return { segment, resolution, tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
}

/** Only what was changed here, so that simultaneous changes of others are kept. */
function changesOf(before: SessionRow, { segment, resolution, tags }: Fields): Notes {
  const wanted = new Map(tags.map(({ key, value }) => [key.trim(), value]));
  wanted.delete('');
  const set = [...wanted].filter(([key, value]) => before.tags[key] !== value);
  const gone = Object.keys(before.tags).filter((key) => !wanted.has(key));
  const changed = [...set, ...gone.map((key) => [key, null] as const)];
  return {
    ...(segment === before.segment ? {} : { segment: segment.trim() }),
    ...(resolution === before.resolution ? {} : { resolution: resolution as Notes['resolution'] }),
    ...(changed.length === 0 ? {} : { tags: Object.fromEntries(changed) }),
  };
}
