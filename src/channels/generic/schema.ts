import { z } from 'zod';
import { settingsParser } from '../provider/schema.js';
import { boolean, httpUrl, integer, rotatingSecrets } from '../provider/setting-fields.js';

const genericSchema = z.object({
  inbound_secrets: rotatingSecrets(16),
  outbound_url: httpUrl(),
  outbound_secrets: rotatingSecrets(1),
  idempotent: boolean().default(true),
  signals: boolean().default(false),
  tolerance_seconds: integer(10, 3_600).default(300),
});

/** Settings of the generic channel. */
export type GenericSettings = z.output<typeof genericSchema>;

/** Reads the settings of the generic channel. */
export const parseGenericSettings = settingsParser<GenericSettings>(genericSchema);
