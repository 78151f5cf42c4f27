import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Filters } from '../../api/filters.js';
import { instancesQuery, typebotsQuery } from '../../api/queries.js';
import { SearchIcon } from '../../icons.js';

const WAITS = ['contact', 'bot', 'person', 'event', 'typebot', 'window', 'channel', 'credentials'] as const;
const REASONS = [
  'completed',
  'expired',
  'closed_by_api',
  'keyword_finish',
  'replaced',
  'failed',
  'typebot_deleted',
] as const;

/** Search and filters. The browser's own selects: they open as people know them on every device. */
export function ConversationFilters(props: { filters: Filters; onChange(filters: Filters): void }) {
  const { filters, onChange } = props;
  const t = useTranslations('conversations');
  const tWaits = useTranslations('waits');
  const tReason = useTranslations('closeReason');
  const { data: instances = [] } = useQuery(instancesQuery);
  const change = (more: Partial<Filters>) => onChange(withoutEmpty({ ...filters, ...more }));
  const isClosed = filters.status === 'closed';
  return (
    <Group component="search" gap="sm" mb="md" align="flex-end">
      <SearchField text={filters.q ?? ''} onSearch={(q) => change({ q })} />
      <NativeSelect
        aria-label={t('status')}
        value={filters.status ?? ''}
        onChange={({ currentTarget }) =>
          change({
            status: currentTarget.value as Filters['status'],
            reason: undefined,
            waits_for: undefined,
          })
        }
        data={[
          { value: '', label: t('anyStatus') },
          ...(['opened', 'paused', 'closed'] as const).map((value) => ({ value, label: t(value) })),
        ]}
      />
      <NativeSelect
        aria-label={isClosed ? t('reason') : t('waitsFor')}
        value={(isClosed ? filters.reason : filters.waits_for) ?? ''}
        onChange={({ currentTarget: { value } }) =>
          change(isClosed ? { reason: value } : { waits_for: value })
        }
        data={[
          { value: '', label: isClosed ? t('anyReason') : t('anyWait') },
          ...(isClosed
            ? REASONS.map((value) => ({ value, label: tReason(value) }))
            : WAITS.map((value) => ({ value, label: tWaits(value) }))),
        ]}
      />
      {instances.length > 1 && (
        <NativeSelect
          aria-label={t('instance')}
          value={filters.instance_id ?? ''}
          onChange={({ currentTarget }) =>
            change({ instance_id: currentTarget.value, typebot_id: undefined })
          }
          data={[
            { value: '', label: t('anyInstance') },
            ...instances.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      )}
      <TypebotSelect
        filters={filters}
        onChange={change}
        only={instances.length === 1 ? instances[0]?.id : undefined}
      />
      {Object.keys(filters).length > 0 && (
        <Button variant="default" onClick={() => onChange({})}>
          {t('clear')}
        </Button>
      )}
    </Group>
  );
}

function TypebotSelect(props: { filters: Filters; only?: string; onChange(more: Partial<Filters>): void }) {
  const { filters, only, onChange } = props;
  const t = useTranslations('conversations');
  const instance = filters.instance_id ?? only ?? '';
  const { data: typebots = [] } = useQuery({ ...typebotsQuery(instance), enabled: instance !== '' });
  if (typebots.length < 2) return null;
  return (
    <NativeSelect
      aria-label={t('typebot')}
      value={filters.typebot_id ?? ''}
      onChange={({ currentTarget }) => onChange({ typebot_id: currentTarget.value })}
      data={[
        { value: '', label: t('anyTypebot') },
        ...typebots.map((one) => ({ value: one.typebot_id, label: one.description || one.public_id })),
      ]}
    />
  );
}

function SearchField({ text, onSearch }: { text: string; onSearch(text: string): void }) {
  const t = useTranslations('conversations');
  const [typed, setTyped] = useState(text);
  const searched = useRef(text);
  const search = useDebouncedCallback((wanted: string) => {
    searched.current = wanted;
    onSearch(wanted);
  }, 300);
  // Cleared elsewhere, or another address: what is being typed stays.
  useEffect(() => {
    if (text !== searched.current) setTyped(text);
    searched.current = text;
  }, [text]);
  return (
    <TextInput
      type="search"
      className="search"
      aria-label={t('search')}
      placeholder={t('search')}
      leftSection={<SearchIcon />}
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        search(value);
      }}
    />
  );
}

function withoutEmpty(filters: Filters): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined && value !== ''),
  );
}
