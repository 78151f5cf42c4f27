import { Button, Checkbox, Group, Text, Title, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { withoutOrder } from '../api/filters.js';
import type { Filters } from '../api/filters.js';
import { sessionsQuery } from '../api/queries.js';
import type { SessionRow } from '../api/wire.js';
import { Bulk } from '../parts/conversations/bulk.js';
import { ExportMenu } from '../parts/conversations/export-menu.js';
import { ConversationFilters } from '../parts/conversations/filters.js';
import { Face } from '../parts/face.js';
import { nameOf, WaitsBadge, wordFor } from '../parts/session-words.js';
import { Empty, Trouble, Waiting } from '../parts/states.js';
import { Ago, Until } from '../parts/times.js';

const ACTIONS = ['pause', 'resume', 'close'] as const;

/** Conversations of all numbers, newest message or next event first. The address has the filters. */
export function ConversationsPage() {
  const t = useTranslations('conversations');
  const filters = useSearch({ from: '/conversations' });
  const navigate = useNavigate();
  const list = useInfiniteQuery(sessionsQuery(filters));
  const set = (search: Filters) => void navigate({ to: '/conversations', search, replace: true });
  const sessions = list.data?.pages.flatMap((page) => page.sessions) ?? [];
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const shown = sessions.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const toggle = (id: string) => choose((before) => toggled(before, id));
  const wanted = withoutOrder(filters);
  return (
    <div className="wide">
      <Title order={1} size="h2" mb="md">
        {t('title')}
      </Title>
      <ConversationFilters filters={filters} onChange={set} />
      <Group gap="xs" mb="md" justify="space-between">
        <Bulk filters={wanted} chosen={shown} actions={ACTIONS} />
        <ExportMenu filters={wanted} />
      </Group>
      <VisuallyHidden role="status">{list.data && t('count', { count: sessions.length })}</VisuallyHidden>
      {list.isPending && <Waiting />}
      {list.isError && <Trouble error={list.error} onAgain={() => void list.refetch()} />}
      {list.data && sessions.length === 0 && <NoConversation filters={filters} onClear={() => set({})} />}
      {sessions.length > 0 && (
        <ul className="rows">
          {sessions.map((session) => (
            <ConversationRow
              key={session.id}
              session={session}
              isChosen={chosen.has(session.id)}
              onToggle={() => toggle(session.id)}
              showsNext={filters.order === 'next_event'}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          fullWidth
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  session: SessionRow;
  isChosen: boolean;
  /** Shows the time of the next event in place of that of the last message. */
  showsNext: boolean;
  onToggle(): void;
}

function ConversationRow({ session, isChosen, onToggle, showsNext }: RowProps) {
  const t = useTranslations('conversations');
  const tType = useTranslations('contentType');
  const tSender = useTranslations('sender');
  const last = session.last_message;
  return (
    <li className="conversation">
      <Checkbox
        aria-label={t('choose', { name: nameOf(session) })}
        checked={isChosen}
        disabled={session.status === 'closed'}
        onChange={onToggle}
      />
      <Link
        to="/conversations/$instance/$session"
        params={{ instance: session.instance_id, session: session.id }}
        className="row"
      >
        <Face name={session.push_name} seed={session.remote_jid} />
        <div>
          <Text fw={600} truncate>
            {nameOf(session)}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {last && (last.sender === 'contact' ? '' : `${tSender(last.sender)}: `)}
            {last && (last.text || wordFor(tType, last.content_type))}
          </Text>
        </div>
        <div className="state">
          <WaitsBadge session={session} />
          <Text size="xs" c="dimmed" truncate>
            {[session.instance_name, session.public_id, segmentOf(session)].filter(Boolean).join(' · ')}
          </Text>
        </div>
        <div className="when">
          <Text size="sm" c="dimmed" component="div">
            {showsNext && session.next_event_at !== null ? (
              <Until at={session.next_event_at} />
            ) : (
              <Ago at={last?.created_at ?? session.created_at} />
            )}
          </Text>
          {session.unread > 0 && <Unread count={session.unread} />}
        </div>
      </Link>
    </li>
  );
}

/** Every conversation has one; what it begins with says nothing. */
const FIRST_SEGMENT = 'chat';

function segmentOf({ segment }: SessionRow): string {
  return segment === FIRST_SEGMENT ? '' : segment;
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}

function Unread({ count }: { count: number }) {
  const t = useTranslations('conversations');
  return (
    <span className="unread">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <VisuallyHidden>{t('unread', { count })}</VisuallyHidden>
    </span>
  );
}

function NoConversation({ filters, onClear }: { filters: Filters; onClear(): void }) {
  const t = useTranslations('conversations');
  if (Object.keys(filters).length === 0) return <Empty title={t('none')}>{t('noneHelp')}</Empty>;
  return (
    <Empty title={t('noneFits')}>
      <Button variant="default" mt="md" onClick={onClear}>
        {t('clear')}
      </Button>
    </Empty>
  );
}
