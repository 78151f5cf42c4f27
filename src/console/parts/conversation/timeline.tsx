import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
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
  const timeline = useQuery(timelineQuery(ids));
  return (
    <section aria-labelledby="timeline">
      <Title order={2} size="h5" mb="xs" id="timeline">
        {t('title')}
      </Title>
      {timeline.isPending && <Waiting />}
      {timeline.isError && <Trouble error={timeline.error} />}
      <ol className="timeline" reversed>
        {timeline.data?.toReversed().map((event) => (
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
    </section>
  );
}
