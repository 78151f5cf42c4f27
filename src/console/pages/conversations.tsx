import { Button, Text, Title, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Filters } from '../api/filters.js';
import { instancesQuery, sessionsQuery } from '../api/queries.js';
import type { SessionRow } from '../api/wire.js';
import { ConversationFilters } from '../parts/conversations/filters.js';
import { Face } from '../parts/face.js';
import { nameOf, WaitsBadge } from '../parts/session-words.js';
import { Empty, Trouble, Waiting } from '../parts/states.js';
import { Ago } from '../parts/times.js';

/** Every conversation of every number, the newest message first. The address holds the filters. */
export function ConversationsPage() {
  const t = useTranslations('conversations');
  const filters = useSearch({ from: '/conversations' });
  const navigate = useNavigate();
  const list = useInfiniteQuery(sessionsQuery(filters));
  const set = (search: Filters) => void navigate({ to: '/conversations', search, replace: true });
  const sessions = list.data?.pages.flatMap((page) => page.sessions) ?? [];
  return (
    <div className="wide">
      <Title order={1} size="h2" mb="md">
        {t('title')}
      </Title>
      <ConversationFilters filters={filters} onChange={set} />
      <VisuallyHidden role="status">{list.data && t('count', { count: sessions.length })}</VisuallyHidden>
      {list.isPending && <Waiting />}
      {list.isError && <Trouble error={list.error} onAgain={() => void list.refetch()} />}
      {list.data && sessions.length === 0 && <NoConversation filters={filters} onClear={() => set({})} />}
      {sessions.length > 0 && (
        <ul className="rows">
          {sessions.map((session) => (
            <ConversationRow key={session.id} session={session} />
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

function ConversationRow({ session }: { session: SessionRow }) {
  const { data: instances } = useQuery(instancesQuery);
  const tType = useTranslations('contentType');
  const tSender = useTranslations('sender');
  const last = session.last_message;
  const instance = instances?.find(({ id }) => id === session.instance_id);
  return (
    <li>
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
            {[instance?.name, session.public_id].filter(Boolean).join(' · ')}
          </Text>
        </div>
        <div className="when">
          <Text size="sm" c="dimmed" component="div">
            <Ago at={last?.created_at ?? session.created_at} />
          </Text>
          {session.unread > 0 && <Unread count={session.unread} />}
        </div>
      </Link>
    </li>
  );
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

type ContentTypes = ReturnType<typeof useTranslations<'contentType'>>;

/** A word for a message without text. */
export function wordFor(t: ContentTypes, contentType: string): string {
  const name = contentType as Parameters<ContentTypes>[0];
  return t.has(name) ? t(name) : contentType;
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
