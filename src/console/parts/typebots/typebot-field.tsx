import { NativeSelect, NumberInput, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { Controller } from 'react-hook-form';
import type { Control } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { faultOf } from './typebot-faults.js';
import type { Field, FieldName, Settings } from './typebot-fields.js';

interface FieldProps {
  field: Field;
  control: Control<Settings>;
  /** A secret is stored, which cannot be shown. */
  stored?: boolean;
}

/** The field of a setting with its explanation and the error of its value. */
export function TypebotField({ field, control, stored }: FieldProps) {
  const t = useTranslations('setting');
  const tHelp = useTranslations('settingHelp');
  const tForm = useTranslations('typebotForm');
  const wordOf = useOptionWords(field.name);
  const isRequired = field.kind === 'text' && field.required === true;
  return (
    <Controller
      name={field.name}
      control={control}
      rules={{ validate: useCheck(field.name) }}
      render={({ field: { value, onChange, onBlur, ref }, fieldState }) => {
        const common = {
          ...{ label: t(field.name), description: tHelp(field.name), ref, onBlur, name: field.name },
          error: fieldState.error?.message,
        };
        switch (field.kind) {
          case 'switch':
            return (
              <Switch
                {...common}
                size="md"
                checked={value === true}
                onChange={(event) => onChange(event.currentTarget.checked)}
              />
            );
          case 'number':
            return (
              <NumberInput
                {...common}
                min={0}
                max={field.max}
                clampBehavior="strict"
                allowDecimal={false}
                suffix={field.unit === 'times' ? '' : ` ${tForm(field.unit)}`}
                value={Number(value ?? 0)}
                onChange={(given) => onChange(Number(given) || 0)}
              />
            );
          case 'choice':
            return (
              <NativeSelect
                {...common}
                value={String(value ?? '')}
                onChange={(event) => onChange(event.currentTarget.value)}
                data={field.options.map((option) => ({ value: option, label: wordOf(option) }))}
              />
            );
          case 'lines':
            return (
              <Textarea
                {...common}
                autosize
                minRows={2}
                maxLength={field.max}
                value={textOf(value)}
                onChange={onChange}
              />
            );
          case 'secret':
            return (
              <PasswordInput
                {...common}
                autoComplete="off"
                maxLength={field.max}
                placeholder={stored ? tForm('stored') : undefined}
                value={textOf(value)}
                onChange={onChange}
                visibilityToggleButtonProps={{ 'aria-label': tForm('reveal') }}
              />
            );
          case 'text':
            return (
              <TextInput
                {...common}
                required={isRequired}
                maxLength={field.max}
                value={textOf(value)}
                onChange={onChange}
              />
            );
        }
      }}
    />
  );
}

/** Checks the value of a field: true, or what is wrong with it. */
function useCheck(name: FieldName): (value: unknown, settings: Settings) => true | string {
  const t = useTranslations('typebotForm');
  return (_value, settings) => {
    const fault = faultOf(name, settings);
    return fault === undefined || t(fault);
  };
}

/** Gives the labels of a choice's options. */
function useOptionWords(name: FieldName): (option: string) => string {
  const tTrigger = useTranslations('trigger');
  const tOperator = useTranslations('operator');
  return (option) => {
    const key = option as Parameters<typeof tTrigger>[0] & Parameters<typeof tOperator>[0];
    if (name === 'trigger_operator') return tOperator.has(key) ? tOperator(key) : option;
    return tTrigger.has(key) ? tTrigger(key) : option;
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
