import { z } from 'zod';
import { graphErrorSchema } from '../provider/graph-wire.js';
import { amount, flag, idText, listOf, messageId, shape, text, words } from '../provider/wire.js';

/** An id without which an element is malformed. */
const requiredId = z.string().min(1).max(512);

const contactSchema = z.object({ wa_id: words, user_id: words, profile: shape({ name: words }) });

const referralSchema = shape({
  source_type: z.enum(['ad', 'post']).optional().catch(undefined),
  source_id: words,
  source_url: words,
  headline: words,
  body: words,
  ctwa_clid: words,
});

/** One element of `messages` or `message_echoes`; the member named by its type is read by `content.ts`. */
export const messageSchema = z.looseObject({
  id: requiredId,
  type: z.string().min(1),
  timestamp: amount,
  from: words,
  from_user_id: words,
  to: words,
  to_user_id: words,
  group_id: messageId,
  context: shape({ id: messageId, forwarded: flag, frequently_forwarded: flag }),
  referral: referralSchema,
});
/** See `messageSchema`. */
export type CloudMessage = z.output<typeof messageSchema>;

/** One element of `statuses`. */
export const statusSchema = z.object({
  id: requiredId,
  status: z.string(),
  timestamp: amount,
  recipient_id: words,
  recipient_user_id: words,
  recipient_type: words,
  biz_opaque_callback_data: words,
  errors: listOf(graphErrorSchema),
});
/** See `statusSchema`. */
export type CloudStatus = z.output<typeof statusSchema>;

/** `value` of a change. Its elements are parsed one by one, so that a malformed one does not affect the others. */
export const valueSchema = z.object({
  metadata: shape({ phone_number_id: idText }),
  contacts: listOf(contactSchema),
  messages: z.array(z.unknown()).catch([]),
  statuses: z.array(z.unknown()).catch([]),
  message_echoes: z.array(z.unknown()).catch([]),
  errors: z.array(z.unknown()).catch([]),
});
/** See `valueSchema`. */
export type CloudValue = z.output<typeof valueSchema>;

/** The body of a webhook. Its entries are parsed one by one. */
export const webhookSchema = z.object({ entry: z.array(z.unknown()) });

/** One element of `entry`. Its changes are parsed one by one. */
export const entrySchema = z.object({ changes: z.array(z.unknown()) });

/** One element of `changes`. */
export const changeSchema = z.object({ field: z.string(), value: z.unknown() });

/** Member `text` of a message. */
export const textContent = z.object({ body: z.string() });

/** Member `image`, `video`, `audio`, `document` or `sticker` of a message. */
export const mediaContent = z.object({
  id: z.string().min(1),
  mime_type: text,
  sha256: words,
  caption: words,
  filename: words,
  voice: flag,
  animated: flag,
});

/** Member `location` of a message. */
export const locationContent = z.object({
  latitude: amount,
  longitude: amount,
  name: words,
  address: words,
});

/** Member `contacts` of a message. */
export const contactsContent = listOf(
  z.object({
    name: shape({ formatted_name: words, first_name: words }),
    phones: listOf(z.object({ phone: words, wa_id: words })),
  }),
);

/** Member `button` of a message: a template's quick reply. */
export const buttonContent = z.object({ payload: words, text: z.string() });

/** `interactive.button_reply` or `interactive.list_reply`. */
export const replyContent = z.object({ id: words, title: z.string(), description: words });

/** `interactive.nfm_reply`: the answer to a WhatsApp form; `response_json` is JSON in a string. */
export const flowContent = z.object({ name: text, body: words, response_json: z.string() });

/** Member `reaction` of a message; without `emoji` the reaction was removed. */
export const reactionContent = z.object({ message_id: z.string().min(1), emoji: words });

/** Member `order` of a message. */
export const orderContent = z.object({
  catalog_id: text,
  text: words,
  product_items: listOf(
    z.object({ product_retailer_id: z.string(), quantity: amount, item_price: amount, currency: text }),
  ),
});

/** Member `system` of a message: a notice of WhatsApp about the contact. */
export const systemContent = z.object({
  type: text,
  body: words,
  wa_id: words,
  new_wa_id: words,
  user_id: words,
  previous_user_id: words,
});

/** Member `unsupported` of a message; `type` is what the contact sent. */
export const unsupportedContent = shape({ type: words });

/** Member `edit` or `revoke` of a message. */
export const editContent = z.object({
  original_message_id: z.string().min(1),
  message: shape({ text: shape({ body: words }) }),
});

/** Member `interactive` of a message; its member named by `type` is parsed on its own. */
export const interactiveContent = z.looseObject({ type: z.string().min(1) });

/** Answer to a send. */
export const sendAnswerSchema = z
  .object({
    contacts: listOf(z.object({ wa_id: words, user_id: words })),
    messages: listOf(z.object({ id: requiredId, message_status: words })),
  })
  .catch({ contacts: [], messages: [] });

/** Answer to the look-up of a media id. */
export const mediaAnswerSchema = z.object({ url: z.url(), mime_type: words, file_size: amount });

/** Answer to an upload. */
export const uploadAnswerSchema = z.object({ id: idText });

/** Answer to the look-up of the phone number. */
export const numberAnswerSchema = z
  .object({ display_phone_number: words, quality_rating: words })
  .catch({ display_phone_number: undefined, quality_rating: undefined });
