import { useTranslations } from 'use-intl';
import type { TimelineEvent } from '../../api/wire.js';

type Said = Pick<TimelineEvent, 'type' | 'data'>;

/** An event as a sentence; an unknown type is shown by its name. */
export function EventWords({ event }: { event: Said }) {
  const t = useTranslations('timeline');
  const tBy = useTranslations('by');
  const tReason = useTranslations('closeReason');
  const tTrigger = useTranslations('trigger');
  const tNote = useTranslations('note');
  const { data } = event;
  const text = (name: string) => String(data[name] ?? '');
  switch (event.type) {
    case 'session.started':
      return t('started', { trigger: known(tTrigger, data.trigger) });
    case 'session.paused':
      return t('paused', { by: known(tBy, data.by) });
    case 'session.resumed':
      return t('resumed', { by: known(tBy, data.by) });
    case 'session.closed':
      return t('closed', { reason: known(tReason, data.reason) });
    case 'session.edited':
      return t('edited', {
        what: list(data.changes)
          .map((part) => known(tNote, part))
          .join(', '),
      });
    case 'contact.muted':
      return t('muted', { minutes: Number(data.minutes) });
    case 'number.silenced':
      return data.silent === true ? t('silenced') : t('spoke');
    case 'held.dropped':
      return t('heldDropped', { count: Number(data.count) });
    case 'held.sent':
      return t('heldSent');
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
      return t('handoff', { by: known(tBy, data.by) });
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

/** Who caused an event, and through which surface; nothing if Parley acted by itself. */
export function ActorWords({ data }: Pick<Said, 'data'>) {
  const t = useTranslations('timeline');
  const tSurface = useTranslations('surface');
  if (typeof data.surface !== 'string') return null;
  const surface = known(tSurface, data.surface);
  if (data.surface === 'number') return surface;
  if (typeof data.key_id !== 'string') return t('client', { surface });
  const name =
    typeof data.key_name === 'string' ? data.key_name : t('revoked', { id: data.key_id.slice(0, 8) });
  return t('actor', { surface, name });
}

interface Words<Known extends string> {
  (key: Known): string;
  has(key: string): boolean;
}

/** The word for a value; an unknown value is returned unchanged. */
export function known<Known extends string>(words: Words<Known>, value: unknown): string {
  const name = typeof value === 'string' ? value : '';
  return words.has(name) ? words(name as Known) : name;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
