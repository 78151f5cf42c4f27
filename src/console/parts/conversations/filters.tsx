import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { withoutEmpty } from '../../api/filters.js';
import type { Filters } from '../../api/filters.js';
import { instancesQuery, typebotsQuery } from '../../api/queries.js';
import { SearchIcon } from '../../icons.js';

const WAITS = [
  'contact',
  'bot',
  'person',
  'silenced',
  'event',
  'typebot',
  'window',
  'channel',
  'credentials',
] as const;
const REASONS = [
  'completed',
  'expired',
  'closed_by_api',
  'keyword_finish',
  'replaced',
  'failed',
  'typebot_deleted',
] as const;

/** Search and filters. The selects are the browser's own, which look familiar on every device. */
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
            stuck: undefined,
          })
        }
        data={[
          { value: '', label: t('anyStatus') },
          ...(['opened', 'paused', 'closed'] as const).map((value) => ({ value, label: t(value) })),
        ]}
      />
      <NativeSelect
        aria-label={isClosed ? t('reason') : t('waitsFor')}
        value={(isClosed ? filters.reason : filters.stuck ? STUCK : filters.waits_for) ?? ''}
        onChange={({ currentTarget: { value } }) => change(isClosed ? { reason: value } : waitOf(value))}
        data={[
          { value: '', label: isClosed ? t('anyReason') : t('anyWait') },
          ...(isClosed
            ? REASONS.map((value) => ({ value, label: tReason(value) }))
            : [
                { value: STUCK, label: t('stuck') },
                ...WAITS.map((value) => ({ value, label: tWaits(value) })),
              ]),
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
      <NativeSelect
        aria-label={t('order')}
        value={filters.order ?? ''}
        onChange={({ currentTarget: { value } }) =>
          change({ order: value === 'next_event' ? value : undefined })
        }
        data={[
          { value: '', label: t('byMessage') },
          { value: 'next_event', label: t('byNextEvent') },
        ]}
      />
      <MoreFilters filters={filters} onChange={change} />
      {Object.keys(filters).length > 0 && (
        <Button variant="default" onClick={() => onChange({})}>
          {t('clear')}
        </Button>
      )}
    </Group>
  );
}

/** Option of the select for any cause that a person can fix. */
const STUCK = 'stuck';
const MODES = ['bot', 'awaiting', 'operator'] as const;
const SILENT = ['15', '60', '480', '1440'] as const;

function waitOf(value: string): Partial<Filters> {
  return value === STUCK ? { stuck: 'true', waits_for: undefined } : { waits_for: value, stuck: undefined };
}

/** Filters that are needed less often; shown at once if one of them is set. */
function MoreFilters({ filters, onChange }: { filters: Filters; onChange(more: Partial<Filters>): void }) {
  const t = useTranslations('conversations');
  const isSet = (filters.chat_mode ?? filters.segment ?? filters.tag ?? filters.silent_minutes) !== undefined;
  const [opened, more] = useDisclosure(isSet);
  return (
    <>
      <Button variant="default" aria-expanded={opened} onClick={more.toggle}>
        {t('moreFilters')}
      </Button>
      {opened && (
        <Group gap="sm" w="100%" align="flex-end">
          <NativeSelect
            aria-label={t('chatMode')}
            value={filters.chat_mode ?? ''}
            onChange={({ currentTarget }) =>
              onChange({ chat_mode: currentTarget.value as Filters['chat_mode'] })
            }
            data={[
              { value: '', label: t('anyChatMode') },
              ...MODES.map((value) => ({ value, label: t(`mode_${value}`) })),
            ]}
          />
          <WordField
            label={t('segment')}
            value={filters.segment}
            onChange={(segment) => onChange({ segment })}
          />
          <WordField label={t('tag')} value={filters.tag} onChange={(tag) => onChange({ tag })} />
          <NativeSelect
            aria-label={t('silent')}
            value={filters.silent_minutes ?? ''}
            onChange={({ currentTarget }) => onChange({ silent_minutes: currentTarget.value })}
            data={[
              { value: '', label: t('anySilence') },
              ...SILENT.map((value) => ({ value, label: t('silentFor', { minutes: Number(value) }) })),
            ]}
          />
        </Group>
      )}
    </>
  );
}

function WordField(props: { label: string; value: string | undefined; onChange(value: string): void }) {
  const { label, value = '', onChange } = props;
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, 300);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value);
      }}
    />
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
  // Take over a new address, such as cleared filters, but never replace what is being typed.
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
