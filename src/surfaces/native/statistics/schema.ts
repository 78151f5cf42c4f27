import { z } from 'zod';
import { query } from '../../../http/input/schema.js';
import { about, oneOf, text, words } from '../../../schema-fields.js';

const moment = words('a moment such as 2026-11-30T12:00:00Z');
const queryTime = () =>
  z.iso
    .datetime({ offset: true, ...moment })
    .transform((given) => new Date(given))
    .optional();
const timestamp = z.iso.datetime();
const count = (description: string) => about(z.int(), description, 42);

/** The query of `GET /statistics`. */
export const statisticsQuerySchema = query({
  from: about(
    queryTime(),
    'From when, rounded down to its hour or UTC day. Default: a day before `to`.',
    '2026-11-29T12:00:00Z',
  ),
  to: about(queryTime(), 'Up to when, itself not included. Default: now.', '2026-11-30T12:00:00Z'),
  interval: about(
    oneOf(['hour', 'day']).default('hour'),
    'What is counted together: an hour, for at most 31 days, or a UTC day, for at most 92.',
    'hour',
  ),
  instance_id: text(1, 200).optional(),
});

/** What happened in a period. */
export const statisticsSchema = z.object({
  from: about(timestamp, 'From when it counts.', '2026-11-29T12:00:00.000Z'),
  to: about(timestamp, 'Up to when, itself not included.', '2026-11-30T12:00:00.000Z'),
  interval: about(z.enum(['hour', 'day']), 'What is counted together.', 'hour'),
  activity: about(
    z.array(
      z.object({
        at: about(timestamp, 'Beginning of the hour or day.', '2026-11-30T11:00:00.000Z'),
        sessions: count('Conversations that began.'),
        received: count('Messages of contacts.'),
        sent_by_bot: count('Messages of the bot that left.'),
        sent_by_people: count('Messages of people and programs that left.'),
      }),
    ),
    'One entry for each hour or day, oldest first, also where nothing happened.',
    [],
  ),
  answer_time: about(
    z.object({
      count: count('Answers that were measured: the newest 10,000 at most.'),
      p50_ms: about(z.number().nullable(), 'Half of them came within so many milliseconds.', 900),
      p90_ms: about(z.number().nullable(), 'Nine tenths came within so many milliseconds.', 2100),
      p99_ms: about(z.number().nullable(), '99 of 100 came within so many milliseconds.', 4800),
    }),
    "From the last message that the bot read, to the first bubble of its answer: the typebot's own waits are part of it.",
    {},
  ),
  outcomes: about(
    z.array(
      z.object({
        outcome: about(z.string(), '`active`, or why the conversation closed.', 'completed'),
        count: count('How many.'),
      }),
    ),
    'Conversations that began in the time, by what became of them.',
    [],
  ),
  failures: about(
    z.array(
      z.object({
        type: z.enum(['turn.failed', 'message.failed']),
        reason: about(z.string(), "Why, in the provider's or Typebot's word.", 'window_closed'),
        count: count('How often.'),
        last_at: about(timestamp, 'When it happened last.', '2026-11-30T11:12:13.000Z'),
      }),
    ),
    'Answers that did not come (`turn.failed`) and messages that did not arrive (`message.failed`), by reason.',
    [],
  ),
});

/** Where the conversations of a typebot are waiting. */
export const questionsSchema = z.object({
  questions: about(
    z.array(
      z.object({
        block_id: about(z.string(), "Typebot's id of the block that asks.", 'i_mail'),
        kind: about(z.string().nullable(), 'What it asks for; null where nothing is asked.', 'email'),
        waiting: count('Active conversations that stand there.'),
        median_wait_seconds: about(z.number(), 'How long half of them have been waiting, in seconds.', 340),
        misunderstood: count('Answers to it that Typebot refused, in a row and in all of them.'),
        words: about(
          z.string(),
          "The bot's last words in the conversation that came there last.",
          'What is your email?',
        ),
      }),
    ),
    'Questions at which active conversations stand, most of them first; at most a hundred.',
    [],
  ),
});
