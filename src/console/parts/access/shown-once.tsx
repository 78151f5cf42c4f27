import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Copy } from '../copy.js';

/** Shows a secret that cannot be shown again. Only its button closes it, so that it is not lost by accident. */
export function ShownOnce(props: { title: string; name: string; value: string; onDone(): void }) {
  const { title, name, value, onDone } = props;
  const t = useTranslations('shownOnce');
  return (
    <Modal
      opened
      onClose={onDone}
      title={title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Copy name={name} value={value} />
      <Text my="md">{t('help')}</Text>
      <Group justify="flex-end">
        <Button onClick={onDone} data-autofocus>
          {t('done')}
        </Button>
      </Group>
    </Modal>
  );
}
