import { z } from 'zod';
import { record } from '../../../../foreign/record-schema.js';
import { about } from '../../../../schema-fields.js';
import { sendError } from '../schema.js';

const time = () => z.iso.datetime();
const AT = '2026-11-30T12:00:00.000Z';

const actor = z.object({
  surface: about(
    z.string(),
    'Through which surface: native, console, codechat, yourgpt or botpress.',
    'console',
  ),
  key_id: about(z.uuid().nullable(), "Id of the API key; null = the workspace's own client.", null),
  key_name: about(z.string().nullable(), 'Its present name; null once it is revoked.', 'CRM'),
});

const read = z.object({
  id: z.uuid(),
  text: about(z.string(), 'The beginning of its text.', 'hello'),
  content_type: z.string(),
  origin: about(
    z.enum(['channel', 'start', 'surface', 'callback']),
    'Whence it came: the channel, a start by hand, an API that plays the contact, or a callback of the flow.',
    'channel',
  ),
  created_at: time(),
});

const trigger = z.object({
  trigger: about(z.string(), 'What started the session: a type of trigger, `manual` or `api`.', 'keyword'),
  typebot_id: about(z.string().nullable(), 'Whose trigger it was.', null),
  typebot: about(z.string().nullable(), 'Its name or public id; null when it is gone.', 'Orders'),
  at: time(),
  actor: about(actor.nullable(), 'Who started it by hand; null when the contact did.', null),
});

const turn = z.object({
  number: about(z.int(), 'Which turn of the session.', 3),
  state: about(z.enum(['begun', 'answered', 'cancelled']), 'How far it is.', 'answered'),
  begun_at: about(time(), 'When the messages were read as one.', AT),
  answered_at: about(time().nullable(), "When Typebot's answer was stored; null before.", AT),
  calls: about(z.int(), 'Calls that Typebot answered.', 1),
  failed_calls: about(z.int(), 'Attempts that gave no answer.', 0),
  slowest_call_ms: about(z.int(), 'The slowest call in milliseconds; 0 while there is none.', 240),
  next_attempt_at: about(time().nullable(), 'When Typebot, which gave no answer, is asked again.', null),
  bubbles: about(z.int(), 'Bubbles of its answer.', 2),
});

const send = z.object({
  delivery: z.enum(['pending', 'sent', 'delivered', 'read', 'failed']),
  attempts: about(z.int(), 'Requests to the provider.', 1),
  refused: about(z.int(), 'Attempts that the provider refused for the time being.', 0),
  unknown_outcomes: about(z.int(), 'Attempts whose outcome nobody knew.', 0),
  wait_ms: about(z.int(), 'The pause before it, in milliseconds.', 1000),
  first_tried_at: about(time().nullable(), 'The first attempt.', AT),
  last_tried_at: about(time().nullable(), 'The last one.', AT),
  next_attempt_at: about(time().nullable(), 'When it is tried again; null unless it waits for that.', null),
  sent_at: about(time().nullable(), 'When the provider took it.', AT),
  delivered_at: about(time().nullable(), 'When Parley heard that it reached the phone.', AT),
  read_at: about(time().nullable(), 'When Parley heard that it was read.', null),
  provider_message_id: z.string().nullable(),
  error: sendError.nullable(),
});

/** Facts that may be missing because Parley does not store them or was never told. */
export const NOT_RECORDED = ['trigger', 'turn', 'actor', 'sent_at', 'delivered_at', 'read_at'] as const;

/** Why a message is in a session. */
export const whySchema = z.object({
  id: z.uuid(),
  sender: z.enum(['contact', 'bot', 'operator', 'api', 'flow']),
  created_at: time(),
  cause: about(
    z.enum(['contact', 'callback', 'continuation', 'operator', 'program', 'unknown']),
    'What it goes back to: messages of the contact, an outside event that the flow waited for, a pause of the flow that was over, an operator, or a program.',
    'contact',
  ),
  fate: about(
    z.enum(['waiting', 'kept', 'taken', 'dropped']).nullable(),
    'Of an incoming message: waits for its turn, kept for the transcript because the bot was silent, read by a turn, or given up.',
    'taken',
  ),
  read: about(z.array(read), 'The messages that were read as one, at most a hundred.', []),
  trigger: about(trigger.nullable(), 'What started the session it belongs to.', null),
  turn: about(turn.nullable(), 'The turn that read and answered; null where no turn took part.', null),
  send: about(send.nullable(), 'How an outgoing message was sent.', null),
  actor: about(actor.nullable(), 'Who wrote it, of an operator.', null),
  events: about(
    z.array(z.object({ type: z.string(), at: time(), data: record(z.string(), z.unknown()) })),
    'What the timeline says of the message and of its turn.',
    [],
  ),
  not_recorded: about(
    z.array(z.enum(NOT_RECORDED)),
    'Facts that belong here and that Parley did not keep or was never told.',
    ['read_at'],
  ),
});

/** The chain of causes, as the API shows it. */
export type Why = z.output<typeof whySchema>;
