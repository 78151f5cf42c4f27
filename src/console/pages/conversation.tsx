import { ActionIcon, Button, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { sessionQuery } from '../api/queries.js';
import type { SessionRow } from '../api/wire.js';
import { BackIcon } from '../icons.js';
import { Clock } from '../parts/conversation/clock.js';
import { Controls } from '../parts/conversation/controls.js';
import { Details } from '../parts/conversation/details.js';
import { Face } from '../parts/face.js';
import { nameOf, WaitsBadge } from '../parts/session-words.js';
import { Trouble, Waiting } from '../parts/states.js';
import { Flow } from '../parts/conversation/flow.js';
import { Held } from '../parts/conversation/held.js';
import { Timeline } from '../parts/conversation/timeline.js';
import { Transcript } from '../parts/conversation/transcript.js';
import { Writing } from '../parts/conversation/writing.js';

/** The page of one conversation: chat, what it waits for, what happened, and the controls. */
export function ConversationPage() {
  const { session: id } = useParams({ from: '/conversations/$instance/$session' });
  const session = useQuery(sessionQuery(id));
  if (session.data) return <Talk key={id} session={session.data} />;
  return session.isPending ? (
    <Waiting />
  ) : (
    <Trouble error={session.error} onAgain={() => void session.refetch()} />
  );
}

function Talk({ session }: { session: SessionRow }) {
  const t = useTranslations('conversation');
  const [shows, setShows] = useState<'chat' | 'about'>('chat');
  const ids = { instance: session.instance_id, session: session.id };
  return (
    <div className="talk" data-shows={shows}>
      <header>
        <ActionIcon
          variant="subtle"
          size="lg"
          color="gray"
          aria-label={t('back')}
          renderRoot={(props) => <Link to="/conversations" search={{}} {...props} />}
        >
          <BackIcon />
        </ActionIcon>
        <Face name={session.push_name} seed={session.remote_jid} />
        <div className="who">
          <Title order={1} size="h4" lineClamp={1}>
            {nameOf(session)}
          </Title>
          <Text size="sm" c="dimmed" truncate>
            {session.phone ? `+${session.phone}` : session.remote_jid}
          </Text>
        </div>
        <div role="status">
          <WaitsBadge session={session} />
        </div>
        <Button
          className="only-narrow"
          variant="default"
          size="xs"
          aria-pressed={shows === 'about'}
          onClick={() => setShows(shows === 'chat' ? 'about' : 'chat')}
        >
          {shows === 'chat' ? t('about') : t('chat')}
        </Button>
        <Controls session={session} />
      </header>
      <section className="chat" aria-label={t('chat')}>
        <Transcript ids={ids} isAnswering={session.waits_for === 'bot'} />
        <Held session={session} />
        <Writing session={session} />
      </section>
      <aside aria-label={t('about')}>
        <Clock session={session} />
        <Details session={session} />
        <Flow session={session.id} />
        <Timeline ids={ids} />
      </aside>
    </div>
  );
}
