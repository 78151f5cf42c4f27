import { Text, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { fieldsOf } from './channels.js';
import { SettingField } from './setting-field.js';

/** What a form knows of a number; `settings` are those of its channel, by name. */
export interface NumberValues {
  name: string;
  phone: string;
  settings: Record<string, string>;
}

interface NumberFieldsProps {
  channel: string;
  values: NumberValues;
  /** A number that is connected already keeps every setting that is left empty. */
  isNew: boolean;
  onChange(values: NumberValues): void;
}

/** The inputs for name, phone number and channel settings of a number. */
export function NumberFields({ channel, values, isNew, onChange }: NumberFieldsProps) {
  const t = useTranslations('connect');
  const { name, phone, settings } = values;
  const fields = fieldsOf(channel);
  return (
    <>
      <TextInput
        label={t('name')}
        description={isNew ? t('nameHelp') : undefined}
        required
        maxLength={200}
        value={name}
        onChange={(event) => onChange({ ...values, name: event.currentTarget.value })}
      />
      <TextInput
        label={t('phone')}
        description={isNew ? t('phoneHelp') : t('phoneUnknown')}
        inputMode="tel"
        value={phone}
        onChange={(event) => onChange({ ...values, phone: event.currentTarget.value })}
      />
      {!isNew && fields.length > 0 && <Text size="sm">{t('unchanged')}</Text>}
      {fields.map((field) => (
        <SettingField
          key={field.name}
          field={field}
          isRequired={isNew}
          value={settings[field.name] ?? ''}
          onChange={(value) => onChange({ ...values, settings: { ...settings, [field.name]: value } })}
        />
      ))}
    </>
  );
}
