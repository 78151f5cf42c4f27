import { z } from 'zod';
import { record } from '../../../foreign/record-schema.js';
import { about } from '../../../schema-fields.js';

const choice = z.object({ id: z.string(), title: z.string() });

/** What is known about the run of a flow. Typebot does not reveal its variables. */
export const flowSchema = z.object({
  typebot_session_id: about(z.string().nullable(), "The run's id at Typebot; null when none is open.", 'ck1'),
  result_id: about(
    z.string().nullable(),
    "The contact's result at Typebot, with all variables and answers of the flow.",
    'cr1',
  ),
  question: about(
    z
      .object({
        kind: about(z.string().nullable(), 'What is asked for, such as `email`.', 'choice'),
        choices: z.array(choice),
      })
      .nullable(),
    'The open question; null when none is.',
    null,
  ),
  variables: about(
    record(z.string(), z.string()),
    'What Parley gives the flow with every start; of an active session alone. Secrets are left out.',
    { pushName: 'Ana' },
  ),
  answers: about(
    z.array(
      z.object({
        message_id: about(z.uuid(), 'The message that answers.', '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10'),
        question: about(
          z.string().nullable(),
          'The last bubble before it; null for what began it.',
          'Your name?',
        ),
        text: about(z.string(), 'What the contact wrote.', 'Ana'),
        content_type: z.string(),
        at: z.iso.datetime(),
      }),
    ),
    'What the contact answered, the newest first, at most a hundred.',
    [],
  ),
});
