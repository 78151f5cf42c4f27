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
    'Beginning of the period, rounded down to its hour or UTC day. Default: a day before `to`.',
    '2026-11-29T12:00:00Z',
  ),
  to: about(queryTime(), 'End of the period, not included. Default: now.', '2026-11-30T12:00:00Z'),
  interval: about(
    oneOf(['hour', 'day']).default('hour'),
    'Count by hour, for at most 31 days, or by UTC day, for at most 92.',
    'hour',
  ),
  instance_id: text(1, 200).optional(),
});

/** What happened in a period. */
export const statisticsSchema = z.object({
  from: about(timestamp, 'Beginning of the period.', '2026-11-29T12:00:00.000Z'),
  to: about(timestamp, 'End of the period, not included.', '2026-11-30T12:00:00.000Z'),
  interval: about(z.enum(['hour', 'day']), 'Whether it counts by hour or by UTC day.', 'hour'),
  activity: about(
    z.array(
      z.object({
        at: about(timestamp, 'Beginning of the hour or day.', '2026-11-30T11:00:00.000Z'),
        sessions: count('Conversations that began.'),
        received: count('Messages from contacts.'),
        sent_by_bot: count('Messages that the bot sent.'),
        sent_by_people: count('Messages that people and programs sent.'),
      }),
    ),
    'One entry for each hour or day, oldest first, even if nothing happened in it.',
    [],
  ),
  answer_time: about(
    z.object({
      count: count(
        'How many answers were measured: at most those of the newest 5,000 bubbles of each number.',
      ),
      p50_ms: about(
        z.number().nullable(),
        'Half of the answers came within this time, in milliseconds.',
        900,
      ),
      p90_ms: about(
        z.number().nullable(),
        '90 % of the answers came within this time, in milliseconds.',
        2100,
      ),
      p99_ms: about(z.number().nullable(), '99 of 100 came within so many milliseconds.', 4800),
    }),
    "From the last message that the bot read to the first bubble of its answer, including the flow's own waits.",
    {},
  ),
  outcomes: about(
    z.array(
      z.object({
        outcome: about(z.string(), '`active`, or why the conversation closed.', 'completed'),
        count: count('How many.'),
      }),
    ),
    'Conversations that began in the period, by outcome.',
    [],
  ),
  failures: about(
    z.array(
      z.object({
        type: z.enum(['turn.failed', 'message.failed']),
        reason: about(z.string(), "Why, in Parley's terms.", 'window_closed'),
        count: count('How often.'),
        last_at: about(timestamp, 'When it last happened.', '2026-11-30T11:12:13.000Z'),
      }),
    ),
    'Answers that did not come (`turn.failed`) and messages that could not be sent (`message.failed`), by reason.',
    [],
  ),
});

/** Where the conversations of a typebot are waiting. */
export const questionsSchema = z.object({
  questions: about(
    z.array(
      z.object({
        block_id: about(z.string(), "Typebot's id of the block that asks.", 'i_mail'),
        kind: about(z.string().nullable(), 'What it asks for; null when it does not say.', 'email'),
        waiting: count('Active conversations that wait there.'),
        median_wait_seconds: about(
          z.number(),
          'Half of them have been waiting at least this long, in seconds.',
          340,
        ),
        misunderstood: count(
          'Replies to it that Typebot has refused in a row, summed over these conversations.',
        ),
        words: about(
          z.string(),
          "The bot's last text in the conversation that came there last.",
          'What is your email?',
        ),
      }),
    ),
    'Questions at which active conversations wait, most conversations first; at most a hundred.',
    [],
  ),
});
