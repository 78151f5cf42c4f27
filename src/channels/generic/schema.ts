import { z } from 'zod';
import { settingsParser } from '../provider/schema.js';
import { rotatingSecrets } from '../provider/setting-fields.js';
import { about, boolean, httpUrl, integer } from '../../schema-fields.js';

const genericSchema = z.object({
  inbound_secrets: about(
    rotatingSecrets(16),
    'One or two secrets, at least 16 characters each, that sign what you send to Parley; two while you change one.',
    ['a-secret-of-16-or-more'],
  ),
  outbound_url: about(
    httpUrl(),
    'Where Parley posts messages for the contact.',
    'https://gateway.example.com/parley',
  ),
  outbound_secrets: about(
    rotatingSecrets(1),
    'One or two secrets that sign what Parley posts; two while you change one.',
    ['another-secret'],
  ),
  idempotent: about(
    boolean().default(true),
    'The receiver takes a repeated `Idempotency-Key` as the same message.',
    true,
  ),
  signals: about(boolean().default(false), 'Post typing and read marks too.', false),
  tolerance_seconds: about(
    integer(10, 3_600).default(300),
    "How far the clock of a signed request may be from Parley's.",
    300,
  ),
});

/** Settings of the generic channel. */
export type GenericSettings = z.output<typeof genericSchema>;

/** `parseSettings` of the channel. */
export const parseGenericSettings = settingsParser<GenericSettings>(genericSchema);
