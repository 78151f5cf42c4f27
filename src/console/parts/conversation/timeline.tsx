import { Button, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { timelineQuery } from '../../api/queries.js';
import { Trouble, Waiting } from '../states.js';
import { Ago } from '../times.js';
import { ActorWords, EventWords } from './event-words.js';

const BAD: readonly string[] = ['turn.failed', 'message.failed', 'typebot.session_lost'];
const QUIET: readonly string[] = [
  'turn.merged',
  'turn.completed',
  'action.done',
  'action.ignored',
  'typebot.log',
  'settings.changed',
  'session.edited',
];

/** The events of a conversation as sentences, newest first. */
export function Timeline({ ids }: { ids: { instance: string; session: string } }) {
  const t = useTranslations('timeline');
  const timeline = useInfiniteQuery(timelineQuery(ids));
  const events = timeline.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <section aria-labelledby="timeline">
      <Title order={2} size="h5" mb="xs" id="timeline">
        {t('title')}
      </Title>
      {timeline.isPending && <Waiting />}
      {timeline.isError && <Trouble error={timeline.error} />}
      <ol className="timeline" reversed>
        {events.map((event) => (
          <li
            key={event.id}
            className={BAD.includes(event.type) ? 'bad' : QUIET.includes(event.type) ? 'quiet' : ''}
          >
            <Text size="sm">
              <EventWords event={event} />
            </Text>
            <Text size="xs" c="dimmed" component="div">
              <Ago at={event.at} />
              {typeof event.data.surface === 'string' && ' · '}
              <ActorWords data={event.data} />
            </Text>
          </li>
        ))}
      </ol>
      {timeline.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="xs"
          loading={timeline.isFetchingNextPage}
          onClick={() => void timeline.fetchNextPage()}
        >
          {t('earlier')}
        </Button>
      )}
    </section>
  );
}
