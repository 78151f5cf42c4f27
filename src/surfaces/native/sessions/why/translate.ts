import type { EventData } from '../../../../store/events/session-events.js';
import type { Caused, CausingTurn, RelatedEvent, SendStory } from '../../../../store/messages/why.js';
import type { TypebotRow } from '../../../../store/rows.js';
import { snakeCase } from '../../../../foreign/snake-case.js';
import { toErrorView } from '../translate.js';
import type { Why } from './schema.js';

/** What the tables say about a message. */
export interface Facts {
  message: Caused;
  turn: CausingTurn | undefined;
  send: SendStory | undefined;
  started: RelatedEvent | undefined;
  events: RelatedEvent[];
  typebot: TypebotRow | undefined;
  /** Names of keys by id. */
  keys: ReadonlyMap<string, string>;
}

/** The ids of the keys that events name. */
export function keysIn({ started, events }: Pick<Facts, 'started' | 'events'>): string[] {
  const all = [started, ...events].map((event) => event?.data.key_id);
  return [...new Set(all)].filter((id) => typeof id === 'string');
}

/** The chain of causes, as the API shows it. */
export function toWhy(facts: Facts): Why {
  const { message, turn, send, started, events, keys } = facts;
  const byBot = message.sender === 'bot' || message.direction === 'incoming';
  const wrote = events.find(({ type }) => type === 'operator.message');
  const why = {
    id: message.id,
    sender: message.sender,
    created_at: message.createdAt.toISOString(),
    cause: causeOf(facts),
    fate: message.fate,
    read: (turn?.read ?? []).map(toRead),
    trigger: byBot && started !== undefined ? toTrigger(facts, started) : null,
    turn: turn === undefined ? null : toTurn(turn),
    send: send === undefined ? null : toSend(send),
    actor: wrote === undefined ? null : toActor(wrote.data, keys),
    events: events.map(({ type, at, data }) => ({ type, at: at.toISOString(), data: { ...data } })),
  };
  return { ...why, not_recorded: missing(why) };
}

function causeOf({ message, turn }: Facts): Why['cause'] {
  if (message.sender === 'operator') return 'operator';
  if (message.sender === 'api') return 'program';
  if (message.direction === 'incoming') return message.sender === 'flow' ? 'callback' : 'contact';
  if (turn === undefined) return 'unknown';
  if (turn.read.some(({ sender }) => sender === 'flow')) return 'callback';
  return turn.read.length > 0 ? 'contact' : 'continuation';
}

function toRead({ id, text, contentType, origin, createdAt }: CausingTurn['read'][number]) {
  return { id, text, content_type: snakeCase(contentType), origin, created_at: createdAt.toISOString() };
}

function toTrigger({ typebot, keys }: Facts, { data, at }: RelatedEvent): Why['trigger'] {
  return {
    trigger: String(data.trigger ?? ''),
    typebot_id: typeof data.typebot === 'string' ? data.typebot : null,
    typebot: typebot === undefined ? null : typebot.settings.description || typebot.publicId,
    at: at.toISOString(),
    actor: toActor(data, keys),
  };
}

function toActor(data: EventData, keys: Facts['keys']): Why['actor'] {
  if (typeof data.surface !== 'string') return null;
  const id = typeof data.key_id === 'string' ? data.key_id : null;
  return { surface: data.surface, key_id: id, key_name: id === null ? null : (keys.get(id) ?? null) };
}

function toTurn(turn: CausingTurn): Why['turn'] {
  return {
    number: turn.number,
    state: turn.state,
    begun_at: turn.begunAt.toISOString(),
    answered_at: iso(turn.answeredAt),
    calls: turn.calls,
    failed_calls: turn.failedCalls,
    slowest_call_ms: turn.slowestCallMs,
    next_attempt_at: iso(turn.nextAttemptAt),
    bubbles: turn.bubbles,
  };
}

function toSend(send: SendStory): NonNullable<Why['send']> {
  return {
    delivery: send.delivery,
    attempts: send.attempts,
    refused: send.refused,
    unknown_outcomes: send.unknowns,
    wait_ms: send.waitMs,
    first_tried_at: iso(send.firstTriedAt),
    last_tried_at: iso(send.lastTriedAt),
    next_attempt_at: iso(send.nextAttemptAt),
    sent_at: iso(send.sentAt),
    delivered_at: iso(send.deliveredAt),
    read_at: iso(send.readAt),
    provider_message_id: send.providerMessageId,
    error: send.error && toErrorView(send.error),
  };
}

/** Facts that belong to such a message and are missing. */
function missing(why: Omit<Why, 'not_recorded'>): Why['not_recorded'] {
  const { send, sender } = why;
  const reached = send?.delivery === 'delivered' || send?.delivery === 'read';
  const gaps: [Why['not_recorded'][number], boolean][] = [
    ['trigger', sender === 'bot' && why.trigger === null],
    ['turn', sender === 'bot' && why.turn === null],
    ['actor', (sender === 'operator' || sender === 'api') && why.actor === null],
    ['sent_at', reached && send.sent_at === null],
    ['delivered_at', reached && send.delivered_at === null],
    ['read_at', send?.delivery === 'read' && send.read_at === null],
  ];
  return gaps.filter(([, isMissing]) => isMissing).map(([name]) => name);
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
