import { Button, Menu, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { saveExport } from '../../api/bulk.js';
import type { Filters } from '../../api/filters.js';
import { SaveIcon } from '../../icons.js';
import { useErrorText } from '../states.js';

/** A menu that downloads the conversations that match the filters. */
export function ExportMenu({ filters }: { filters: Filters }) {
  const t = useTranslations('export');
  const errorText = useErrorText();
  const save = useMutation({ mutationFn: (format: 'csv' | 'json') => saveExport(filters, format) });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<SaveIcon size={15} />} loading={save.isPending}>
            {t('export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => save.mutate('csv')}>{t('csv')}</Menu.Item>
          <Menu.Item onClick={() => save.mutate('json')}>{t('json')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {save.error && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {errorText(save.error)}
        </Text>
      )}
    </>
  );
}
