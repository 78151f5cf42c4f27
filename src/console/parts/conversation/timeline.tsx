import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { timelineQuery } from '../../api/queries.js';
import type { TimelineEvent } from '../../api/wire.js';
import { Trouble, Waiting } from '../states.js';
import { Ago } from '../times.js';

const BAD = ['turn.failed', 'message.failed', 'typebot.session_lost'];
const QUIET = [
  'turn.merged',
  'turn.completed',
  'action.done',
  'action.ignored',
  'typebot.log',
  'settings.changed',
];

/** What happened in a conversation, in words, the newest first. */
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
            </Text>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** One event as a sentence. A type of a newer server is shown by its name. */
function EventWords({ event }: { event: TimelineEvent }) {
  const t = useTranslations('timeline');
  const tBy = useTranslations('by');
  const tReason = useTranslations('closeReason');
  const tTrigger = useTranslations('trigger');
  const word = <Known extends string>(
    words: { (key: Known): string; has(key: string): boolean },
    value: unknown,
  ) => {
    const name = String(value ?? '');
    return words.has(name) ? words(name as Known) : name;
  };
  const { data } = event;
  const text = (name: string) => String(data[name] ?? '');
  switch (event.type) {
    case 'session.started':
      return t('started', { trigger: word(tTrigger, data.trigger) });
    case 'session.paused':
      return t('paused', { by: word(tBy, data.by) });
    case 'session.resumed':
      return t('resumed', { by: word(tBy, data.by) });
    case 'session.closed':
      return t('closed', { reason: word(tReason, data.reason) });
    case 'contact.muted':
      return t('muted', { minutes: Number(data.minutes) });
    case 'turn.merged':
      return t('merged', { count: Number(data.count) });
    case 'turn.completed':
      return t('answered', { bubbles: Number(data.bubbles), ms: Number(data.ms) });
    case 'turn.failed':
      return t('failed', { reason: text('reason') });
    case 'turn.unclear':
      return t('unclear');
    case 'message.failed':
      return t('notDelivered', { reason: text('reason') });
    case 'message.degraded':
      return t('degraded', { type: text('type'), to: text('to') });
    case 'typebot.session_lost':
      return t('lost');
    case 'handoff_requested':
      return t('handoff', { by: word(tBy, data.by) });
    case 'operator.message':
      return t('operator');
    case 'settings.changed':
      return t('settings');
    case 'action.done':
      return t('action', { action: text('action') });
    case 'action.ignored':
      return t('ignored', { action: text('action') });
    case 'typebot.log':
      return t('log', { words: text('description') });
    default:
      return event.type;
  }
}
