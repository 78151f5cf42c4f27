import { z } from 'zod';
import type { OutboundContent } from '../../../../activities/ports/messages.js';
import { object } from '../../../http/input/schema.js';
import { boolean, httpUrl, text, words } from '../../../schema-fields.js';

const id = () => text(1, 256);
const url = () => httpUrl();
const body = () => text(1, 4_096);
const caption = () => text(1, 4_096).optional();
const mimeType = () => text(3, 127).regex(/^[\w.+-]+\/[\w.+-]+(;.*)?$/, words('a MIME type'));
const base64 = () => z.base64(words('base64')).min(1, words('base64'));

const media = z.union(
  [
    object({ url: url(), mime_type: mimeType().optional() }).transform((given) => ({
      url: given.url,
      mimeType: given.mime_type,
    })),
    object({ base64: base64(), mime_type: mimeType() }).transform((given) => ({
      base64: given.base64,
      mimeType: given.mime_type,
    })),
    object({ provider_media_id: id() }).transform((given) => ({ providerMediaId: given.provider_media_id })),
  ],
  words('an object with url, with base64 and mime_type, or with provider_media_id'),
);

const mediaHeader = object({ type: z.enum(['image', 'video', 'document']), url: url() });
const header = z.union(
  [object({ type: z.literal('text'), text: text(1, 60) }), mediaHeader],
  words('an object with type and text, or with type and url'),
);

const row = object({ id: id(), title: text(1, 256), description: text(1, 256).optional() });
const section = object({ title: text(1, 256).optional(), rows: z.array(row).min(1).max(100) });
const footer = () => text(1, 256).optional();

const textContent = object({ type: z.literal('text'), text: body(), preview_url: boolean().optional() });

const fileContent = object({
  type: z.enum(['image', 'video', 'document', 'sticker']),
  media,
  caption: caption(),
  file_name: text(1, 256).optional(),
});

const audioContent = object({ type: z.literal('audio'), media, ptt: boolean().default(false) });

const buttonsContent = object({
  type: z.literal('buttons'),
  header: header.optional(),
  body: text(0, 4_096),
  footer: footer(),
  buttons: z
    .array(object({ id: id(), title: text(1, 256) }))
    .min(1)
    .max(100),
});

const listContent = object({
  type: z.literal('list'),
  header: text(1, 60).optional(),
  body: text(0, 4_096),
  footer: footer(),
  button: text(1, 256),
  sections: z.array(section).min(1).max(100),
});

const linkContent = object({
  type: z.literal('cta_url'),
  body: body(),
  display_text: text(1, 256),
  url: url(),
  header: header.optional(),
  footer: footer(),
});

const locationContent = object({
  type: z.literal('location'),
  latitude: z.number(words('a number between -90 and 90')).min(-90).max(90),
  longitude: z.number(words('a number between -180 and 180')).min(-180).max(180),
  name: text(1, 256).optional(),
  address: text(1, 1_024).optional(),
});

const contactsContent = object({
  type: z.literal('contacts'),
  contacts: z
    .array(object({ name: text(1, 256), phone: text(3, 32), wa_id: text(8, 15).optional() }))
    .min(1)
    .max(100),
});

const templateContent = object({
  type: z.literal('template'),
  name: text(1, 512),
  language: text(1, 32),
  components: z.array(z.unknown()).optional(),
});

const written = z.discriminatedUnion(
  'type',
  [
    textContent,
    fileContent,
    audioContent,
    buttonsContent,
    listContent,
    linkContent,
    object({ type: z.literal('location_request'), body: body() }),
    locationContent,
    contactsContent,
    object({ type: z.literal('reaction'), target_key_id: id(), emoji: text(0, 32) }),
    templateContent,
  ],
  words('an object with a known type'),
);

/** A message to send: an `OutboundContent` in snake_case. */
export const outboundContentSchema = written.transform(toOutboundContent);

function toOutboundContent(given: z.output<typeof written>): OutboundContent {
  switch (given.type) {
    case 'text':
      return { type: 'text', text: given.text, previewUrl: given.preview_url };
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return { type: given.type, media: given.media, caption: given.caption, fileName: given.file_name };
    case 'cta_url':
      return {
        type: 'ctaUrl',
        body: given.body,
        displayText: given.display_text,
        url: given.url,
        header: given.header,
        footer: given.footer,
      };
    case 'location_request':
      return { type: 'locationRequest', body: given.body };
    case 'contacts':
      return {
        type: 'contacts',
        contacts: given.contacts.map(({ name, phone, wa_id: waId }) => ({ name, phone, waId })),
      };
    case 'reaction':
      return { type: 'reaction', targetKeyId: given.target_key_id, emoji: given.emoji };
    case 'audio':
    case 'buttons':
    case 'list':
    case 'location':
    case 'template':
      return given;
  }
}
