import { z } from 'zod';
import { withoutEndSlashes } from '../../foreign/trim-end.js';

const texts = {
  action: 'action must be one of the following values: open, close, pause, resume',
  publicId: 'publicId must be a non-empty string of at most 200 characters',
  typebotURL: 'typebotURL must be an http(s) URL',
  enabled: 'enabled must be a boolean',
  status: 'status must be one of the following values: open, paused, closed',
  page: 'page must be a positive integer',
} as const;

const publicId = z.string(texts.publicId).min(1, texts.publicId).max(200, texts.publicId);

const typebotURL = z
  .string(texts.typebotURL)
  .max(500, texts.typebotURL)
  .regex(/^https?:\/\/\S+$/i, texts.typebotURL)
  .refine((text) => URL.canParse(text), texts.typebotURL)
  .transform(withoutEndSlashes);

const enabled = z.boolean(texts.enabled);

/** Body of `POST`. Unknown keys are ignored. */
export const createIntegrationSchema = z.object(
  {
    publicId,
    typebotURL: typebotURL.default('https://typebot.io'),
    enabled: enabled.default(true),
  },
  texts.publicId,
);

/** Body of `PUT`. Only the members that are sent are changed. */
export const updateIntegrationSchema = z.object(
  {
    publicId: publicId.optional(),
    typebotURL: typebotURL.optional(),
    enabled: enabled.optional(),
  },
  'Malformed JSON',
);

/** Body of `PATCH …/session/{sessionId}`. */
export const actionSchema = z.object(
  { action: z.enum(['open', 'close', 'pause', 'resume'], texts.action) },
  texts.action,
);

const shownAs = {
  open: 'opened',
  opened: 'opened',
  paused: 'paused',
  pause: 'paused',
  closed: 'closed',
  close: 'closed',
} as const;

/** Query of `GET …/session`. Every spelling of `status` becomes the stored value. */
export const sessionQuerySchema = z.object({
  keyRemoteJid: z.string('keyRemoteJid must be a string').optional(),
  status: z
    .enum(['open', 'paused', 'closed', 'opened', 'pause', 'close'], texts.status)
    .transform((word) => shownAs[word])
    .optional(),
  page: z
    .string(texts.page)
    .regex(/^0*[1-9]\d*$/, texts.page)
    .transform(Number)
    .default(1),
});

/** The integration in answers. */
export const integrationReplySchema = z.strictObject({
  integrationId: z.uuid(),
  publicId: z.string(),
  typebotURL: z.string(),
  enabled: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  instanceInstanceId: z.string(),
});

/** The session in answers: exactly these four keys. */
export const sessionReplySchema = z.strictObject({
  sessionId: z.uuid(),
  keyRemoteJid: z.string(),
  status: z.enum(['open', 'paused', 'closed']),
  typebotIntegrationId: z.uuid(),
});

/** `GET …/session`: a plain array. */
export const sessionListReplySchema = z.array(sessionReplySchema);

/** Every error of this surface. */
export const errorReplySchema = z.object({
  message: z.array(z.string()),
  error: z.string(),
  statusCode: z.number().int(),
});
