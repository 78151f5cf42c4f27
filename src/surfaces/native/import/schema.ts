import { z } from 'zod';
import { object } from '../../../http/input/schema.js';
import { about, baseUrl, boolean, text } from '../../../schema-fields.js';
import { TRIGGER_TYPES } from '../typebots/fields.js';

const place = {
  base_url: about(baseUrl(), 'Root URL of Evolution API.', 'https://evolution.example.com'),
  instance: about(text(1, 200), 'Name of the instance in Evolution API.', 'shop'),
  api_key: about(
    text(1, 500),
    "Evolution's global key, or the instance's own. It is used for this request and not stored.",
    'B6D711FCDE4D4FD5936544120E713976',
  ),
};

/** The body of `POST …/import/evolution/preview`. */
export const previewRequestSchema = object(place);

/** The body of `POST …/import/evolution`. */
export const importRequestSchema = object({
  ...place,
  switch_on: about(
    boolean().default(false),
    'Switch on the typebots that are on in Evolution API. While both are on, a contact gets two answers.',
    false,
  ),
});

/** Reasons why something cannot be imported unchanged. */
export const NOTES = [
  'all_comes_last',
  'fallback_comes_last',
  'none_starts_nothing',
  'advanced_not_understood',
  'split_messages_not_needed',
  'ignored_jids_left_out',
] as const;

/** The result of an import or of its preview. */
export const importSchema = z.object({
  typebots: about(
    z.array(
      z.object({
        evolution_id: about(z.string().nullable(), 'Its id in Evolution API.', 'cmg0000000001'),
        typebot_id: about(
          z.uuid().nullable(),
          'Id of the configuration that was created; null when none was.',
          null,
        ),
        description: z.string(),
        typebot_url: z.string(),
        public_id: z.string(),
        trigger_type: z.enum(TRIGGER_TYPES),
        trigger_value: z.string(),
        priority: z.int(),
        outcome: about(
          z.enum(['new', 'exists', 'refused']),
          '`exists`: the number already has one with the same flow and trigger; `refused`: Parley cannot accept it, and `error` says why.',
          'new',
        ),
        error: about(z.string().nullable(), 'Why it is refused.', null),
        notes: about(z.array(z.enum(NOTES)), 'What differs from Evolution API.', []),
      }),
    ),
    'The typebots of the instance, in the order in which they would be tried.',
    [],
  ),
  notes: about(z.array(z.enum(NOTES)), 'What differs from the settings in Evolution API.', []),
});
