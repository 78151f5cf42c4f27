import { Drawer, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { whyQuery } from '../../api/queries.js';
import type { Why } from '../../api/wire.js';
import { wordFor } from '../session-words.js';
import { Trouble, Waiting } from '../states.js';
import { ActorWords, EventWords, known } from './event-words.js';

/** Everything that led to a message, in the order in which it happened. */
export function WhyDrawer(props: { session: string; message: string; onClose(): void }) {
  const t = useTranslations('why');
  const why = useQuery(whyQuery(props));
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size="md"
      title={t('title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {why.isPending && <Waiting />}
      {why.isError && <Trouble error={why.error} onAgain={() => void why.refetch()} />}
      {why.data && <Chain why={why.data} />}
    </Drawer>
  );
}

function Chain({ why }: { why: Why }) {
  const t = useTranslations('why');
  const tFact = useTranslations('fact');
  const trigger = why.trigger && <Trigger trigger={why.trigger} />;
  // A first message comes before the trigger that it fits; later ones find the typebot running.
  const isFirst = (why.turn?.number ?? 1) === 1;
  return (
    <ol className="timeline chain">
      {!isFirst && trigger}
      <Cause why={why} />
      {isFirst && trigger}
      {why.turn && <Turn turn={why.turn} />}
      {why.fate !== null && why.fate !== 'taken' && <Step title={t(why.fate)} />}
      {why.send && <Send send={why.send} />}
      {why.events
        .filter(({ type }) => !SAID_BEFORE.includes(type))
        .map((event) => (
          <Step key={`${event.at}${event.type}`} title={<EventWords event={event} />} at={event.at} />
        ))}
      {why.not_recorded.length > 0 && (
        <Step title={t('notRecorded')} isQuiet>
          {why.not_recorded.map((fact) => tFact(fact)).join(' · ')}
        </Step>
      )}
    </ol>
  );
}

/** Events that the other steps already show. */
const SAID_BEFORE: readonly string[] = ['turn.completed', 'operator.message'];

function Cause({ why }: { why: Why }) {
  const t = useTranslations('why');
  const tCause = useTranslations('cause');
  const tOrigin = useTranslations('origin');
  const tType = useTranslations('contentType');
  if (why.cause !== 'contact') {
    return (
      <Step title={tCause(why.cause)} at={why.created_at}>
        {why.actor && <ActorWords data={why.actor} />}
      </Step>
    );
  }
  if (why.read.length === 0) return <Step title={tCause('contact')} at={why.created_at} />;
  return (
    <Step title={t('merged', { count: why.read.length })} at={why.read.at(-1)?.created_at}>
      <ul>
        {why.read.map((one) => (
          <li key={one.id}>
            {one.text || wordFor(tType, one.content_type)}
            {one.origin !== 'channel' && ` (${tOrigin(one.origin)})`}
          </li>
        ))}
      </ul>
    </Step>
  );
}

function Trigger({ trigger }: { trigger: NonNullable<Why['trigger']> }) {
  const t = useTranslations('why');
  const tTrigger = useTranslations('trigger');
  const words = { trigger: known(tTrigger, trigger.trigger), name: trigger.typebot ?? t('gone') };
  return (
    <Step title={t('trigger', words)} at={trigger.at}>
      {trigger.actor && <ActorWords data={trigger.actor} />}
    </Step>
  );
}

function Turn({ turn }: { turn: NonNullable<Why['turn']> }) {
  const t = useTranslations('why');
  return (
    <Step title={t('turn', { number: turn.number })} at={turn.begun_at}>
      <p>{t('calls', { count: turn.calls, ms: turn.slowest_call_ms })}</p>
      {turn.failed_calls > 0 && <p>{t('failedCalls', { count: turn.failed_calls })}</p>}
      {turn.next_attempt_at && (
        <p>
          {t('asksAgain')} <Moment at={turn.next_attempt_at} />
        </p>
      )}
      {turn.state === 'cancelled' && <p>{t('cancelled')}</p>}
      {turn.state === 'begun' && <p>{t('begun')}</p>}
    </Step>
  );
}

function Send({ send }: { send: NonNullable<Why['send']> }) {
  const t = useTranslations('why');
  const tMoment = useTranslations('moment');
  const tDelivery = useTranslations('delivery');
  const tReason = useTranslations('failure');
  const { error } = send;
  const moments = [
    ['tried', send.first_tried_at],
    ['again', send.next_attempt_at],
    ['sent', send.sent_at],
    ['delivered', send.delivered_at],
    ['read', send.read_at],
  ] as const;
  return (
    <Step title={t('send', { count: send.attempts })} isBad={send.delivery === 'failed'}>
      {send.wait_ms > 0 && <p>{t('waited', { ms: send.wait_ms })}</p>}
      {send.refused > 0 && <p>{t('refused', { count: send.refused })}</p>}
      {send.unknown_outcomes > 0 && <p>{t('unknownOutcomes', { count: send.unknown_outcomes })}</p>}
      <dl className="facts">
        {moments.map(([name, at]) =>
          at === null ? null : (
            <div key={name}>
              <dt>{tMoment(name)}</dt>
              <dd>
                <Moment at={at} />
              </dd>
            </div>
          ),
        )}
      </dl>
      <p>{tDelivery(send.delivery)}</p>
      {error && (
        <p className="failed">
          {known(tReason, error.reason) || error.class}
          {error.message && `: ${error.message}`}
        </p>
      )}
    </Step>
  );
}

function Step(props: {
  title: ReactNode;
  at?: string;
  children?: ReactNode;
  isBad?: boolean;
  isQuiet?: boolean;
}) {
  const { title, at, children, isBad = false, isQuiet = false } = props;
  return (
    <li className={isBad ? 'bad' : isQuiet ? 'quiet' : ''}>
      <Text fw={600} size="sm">
        {title}
      </Text>
      {at !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          <Moment at={at} />
        </Text>
      )}
      <Text size="sm" component="div">
        {children}
      </Text>
    </li>
  );
}

function Moment({ at }: { at: string }) {
  const format = useFormatter();
  const date = new Date(at);
  return (
    <time dateTime={at} title={at}>
      {format.dateTime(date, { dateStyle: 'short', timeStyle: 'medium' })}
    </time>
  );
}
