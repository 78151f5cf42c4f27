import { Menu, Modal, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { FormEnd } from './form-end.js';

const MINUTES = [15, 60, 480] as const;
/** Thirty days, the API's limit. */
const MOST = 43_200;

/** Menu items for a duration: three common ones, and one that asks for another. */
export function MinuteItems(props: { onPick(minutes: number): void; onOther(): void }) {
  const t = useTranslations('controls');
  return (
    <>
      {MINUTES.map((minutes) => (
        <Menu.Item key={minutes} onClick={() => props.onPick(minutes)}>
          {t('forMinutes', { minutes })}
        </Menu.Item>
      ))}
      <Menu.Item onClick={props.onOther}>{t('otherTime')}</Menu.Item>
    </>
  );
}

/** Asks for a number of minutes. */
export function MinutesDialog(props: {
  title: string;
  opened: boolean;
  onClose(): void;
  onPick(minutes: number): void;
}) {
  const t = useTranslations('controls');
  const [minutes, setMinutes] = useState<number | string>(30);
  const isFit = typeof minutes === 'number' && minutes >= 1 && minutes <= MOST;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isFit) return;
    props.onClose();
    props.onPick(minutes);
  };
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <form onSubmit={submit}>
        <NumberInput
          data-autofocus
          label={t('minutes')}
          min={1}
          max={MOST}
          allowDecimal={false}
          hideControls
          value={minutes}
          onChange={setMinutes}
        />
        <FormEnd submit={props.title} onCancel={props.onClose} isDisabled={!isFit} />
      </form>
    </Modal>
  );
}
