import { Group, NativeSelect, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { instancesQuery } from '../api/queries.js';
import { ContactList } from '../parts/phone/contact-list.js';
import { storedContacts, withContact } from '../parts/phone/contacts.js';
import { Handset } from '../parts/phone/handset.js';
import { Empty, Trouble, Waiting } from '../parts/states.js';

/** The page with a phone that plays contacts of a sandbox. */
export function PhonePage() {
  const t = useTranslations('phone');
  const search = useSearch({ from: '/phone' });
  const navigate = useNavigate();
  const instances = useQuery(instancesQuery);
  const [contacts, setContacts] = useState(storedContacts);
  if (instances.isPending) return <Waiting />;
  if (instances.isError) return <Trouble error={instances.error} onAgain={() => void instances.refetch()} />;
  const sandboxes = instances.data.filter(({ channel }) => channel.type === 'sandbox');
  const instance = sandboxes.find(({ id }) => id === search.instance_id) ?? sandboxes[0];
  const contact = contacts.find(({ phone }) => phone === search.phone) ?? contacts[0];
  const set = (more: { instance_id?: string; phone?: string }) =>
    void navigate({ to: '/phone', search: { ...search, ...more }, replace: true });
  return (
    <div className="wide">
      <Group justify="space-between" mb="md" align="flex-end">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        {sandboxes.length > 1 && (
          <NativeSelect
            aria-label={t('instance')}
            value={instance?.id}
            onChange={(event) => set({ instance_id: event.currentTarget.value })}
            data={sandboxes.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </Group>
      {instance === undefined || contact === undefined ? (
        <Empty title={t('none')}>{t('noneHelp')}</Empty>
      ) : (
        <>
          <ContactList
            contacts={contacts}
            shown={contact.phone}
            onPick={(phone) => set({ phone })}
            onAdd={(added) => {
              setContacts(withContact(contacts, added));
              set({ phone: added.phone });
            }}
          />
          <Handset key={`${instance.id}${contact.phone}`} instance={instance.id} contact={contact} />
        </>
      )}
    </div>
  );
}
