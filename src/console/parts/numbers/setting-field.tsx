import { PasswordInput, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { ChannelField } from './channels.js';

interface SettingFieldProps {
  field: ChannelField;
  value: string;
  isRequired: boolean;
  onChange(value: string): void;
}

/** The input for one setting of a channel. */
export function SettingField({ field, value, isRequired, onChange }: SettingFieldProps) {
  const t = useTranslations('channelSetting');
  const tHelp = useTranslations('channelSettingHelp');
  const tForm = useTranslations('typebotForm');
  const common = {
    ...{ label: t(field.name), description: tHelp(field.name), required: isRequired, value },
    ...{ placeholder: field.example, autoComplete: 'off', maxLength: 4_096 },
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (field.kind === 'text') return <TextInput {...common} />;
  return <PasswordInput {...common} visibilityToggleButtonProps={{ 'aria-label': tForm('reveal') }} />;
}
