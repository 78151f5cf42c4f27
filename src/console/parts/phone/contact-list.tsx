import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import type { PhoneContact } from './contacts.js';

interface ListProps {
  contacts: readonly PhoneContact[];
  shown: string;
  onPick(phone: string): void;
  onAdd(contact: PhoneContact): void;
}

/** Selects the contact of the phone, or adds one. */
export function ContactList({ contacts, shown, onPick, onAdd }: ListProps) {
  const t = useTranslations('phone');
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const digits = phone.replace(/\D/g, '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAdd({ name: name.trim(), phone: digits });
    setName('');
    setPhone('');
  };
  return (
    <Group mb="md" align="center" gap="sm" className="contacts">
      <Group gap="xs" role="group" aria-label={t('contacts')}>
        {contacts.map((contact) => (
          <Button
            key={contact.phone}
            size="xs"
            variant={contact.phone === shown ? 'filled' : 'default'}
            aria-pressed={contact.phone === shown}
            onClick={() => onPick(contact.phone)}
          >
            {contact.name}
          </Button>
        ))}
      </Group>
      <details className="more">
        <summary>{t('add')}</summary>
        <Group component="form" gap="xs" mt="xs" align="flex-end" onSubmit={submit}>
          <TextInput
            label={t('name')}
            required
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('number')}
            required
            inputMode="tel"
            value={phone}
            error={phone !== '' && (digits.length < 8 || digits.length > 15) ? t('numberHelp') : undefined}
            onChange={(event) => setPhone(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={digits.length < 8 || digits.length > 15}>
            {t('addThis')}
          </Button>
        </Group>
      </details>
    </Group>
  );
}
