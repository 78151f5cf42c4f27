import { Text } from '@mantine/core';
import type { MouseEvent } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { TranscriptItem } from '../../api/wire.js';
import { WhyIcon } from '../../icons.js';
import { BubbleContent } from './bubble-content.js';

/** One message with its delivery state. */
export function Bubble(props: { item: TranscriptItem; quoted?: TranscriptItem; onWhy(): void }) {
  const { item, quoted, onWhy } = props;
  const t = useTranslations('bubble');
  const tSender = useTranslations('sender');
  const tReason = useTranslations('failure');
  const format = useFormatter();
  const isPerson = item.sender === 'operator' || item.sender === 'api';
  const kind = item.direction === 'incoming' ? 'contact' : isPerson ? 'person' : 'bot';
  const isUnsent = item.delivery === 'pending' || item.delivery === 'failed';
  const reason = (item.error?.reason ?? '') as Parameters<typeof tReason>[0];
  return (
    <article
      className={`bubble ${kind}${isUnsent ? ' unsent' : ''}`}
      aria-label={tSender(item.sender)}
      onClick={(event) => isPlain(event) && onWhy()}
    >
      {quoted && (
        <Text size="xs" c="dimmed" truncate className="quote">
          {quoted.text || t('quoted')}
        </Text>
      )}
      {item.forwarded && (
        <Text size="xs" c="dimmed" fs="italic">
          {t('forwarded')}
        </Text>
      )}
      <BubbleContent item={item} />
      {item.error && (
        <p className="failed">
          {t('failed', { reason: tReason.has(reason) ? tReason(reason) : reason || item.error.class })}
          {item.error.message && `: ${item.error.message}`}
        </p>
      )}
      <div className="foot">
        {item.participant && <span>{item.participant.split('@')[0]}</span>}
        {isPerson && <span>{tSender(item.sender)}</span>}
        <time dateTime={item.created_at}>
          {format.dateTime(new Date(item.created_at), { timeStyle: 'short' })}
        </time>
        {item.direction === 'outgoing' && <Delivery state={item.delivery} />}
        <button type="button" className="why" aria-label={t('why')} title={t('why')} onClick={onWhy}>
          <WhyIcon size={14} />
        </button>
      </div>
    </article>
  );
}

/** Whether a click hit neither a link, a button nor a player, and did not select text. */
function isPlain({ target }: MouseEvent): boolean {
  const isOwn = target instanceof Element && target.closest('a, button, audio, video') === null;
  return isOwn && getSelection()?.isCollapsed !== false;
}

const MARKS = { received: '', pending: '◷', sent: '✓', delivered: '✓✓', read: '✓✓', failed: '✕' };

function Delivery({ state }: { state: TranscriptItem['delivery'] }) {
  const t = useTranslations('delivery');
  return (
    <span className={`mark ${state}`} role="img" aria-label={t(state)} title={t(state)}>
      {MARKS[state]}
    </span>
  );
}
