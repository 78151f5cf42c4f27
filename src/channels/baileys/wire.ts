import { z } from 'zod';
import { camelCased, isObject } from '../provider/json.js';
import { adReply, amount, anyObject, flag, listOf, messageId, shape, text, words } from '../provider/wire.js';
import { record } from '../../foreign/record-schema.js';

/** Bytes as base64. They arrive as such, or as `{"0": 12, …}`, which is a byte array serialised as JSON. */
const bytes = z
  .union([
    z.string().min(1),
    record(z.string().regex(/^\d{1,3}$/), z.int().min(0).max(255)).transform((byIndex) =>
      Buffer.from(Object.values(byIndex)).toString('base64'),
    ),
  ])
  .optional()
  .catch(undefined);

/** `contextInfo`: what the message quotes, whether it was forwarded, and the advertisement it came from. */
export const contextInfoSchema = shape({
  stanzaId: messageId,
  participant: words,
  quotedMessage: anyObject,
  isForwarded: flag,
  externalAdReply: adReply,
});

/** See `contextInfoSchema`. */
export type ContextInfo = NonNullable<z.output<typeof contextInfoSchema>>;

/** No member that is read lies deeper in a part. */
const maxPartDepth = 5;

const partSchema = z.preprocess(
  (value) =>
    typeof value === 'string' ? { text: value } : isObject(value) ? camelCased(value, maxPartDepth) : value,
  z
    .object({
      text,
      caption: words,
      mimetype: words,
      fileName: words,
      fileLength: amount,
      fileSha256: bytes,
      seconds: amount,
      ptt: flag,
      isAnimated: flag,
      degreesLatitude: amount,
      degreesLongitude: amount,
      name: words,
      address: words,
      displayName: words,
      vcard: words,
      contacts: listOf(z.object({ displayName: words, vcard: words })),
      selectedButtonId: words,
      selectedDisplayText: text,
      selectedId: words,
      title: text,
      description: words,
      singleSelectReply: shape({ selectedRowId: words }),
      body: shape({ text: text }),
      nativeFlowResponseMessage: shape({ paramsJson: text }),
      key: shape({ id: messageId }),
      mediaUrl: words,
      expectedImageCount: amount,
      expectedVideoCount: amount,
      contextInfo: contextInfoSchema,
    })
    .catch({ contacts: [] }),
);

/** The inner object of any message type, with every member that some reader needs. */
export type MessagePart = z.output<typeof partSchema>;

/** Reads the inner object of a message type; a bare string becomes its `text`. Never throws. */
export function readPart(value: unknown): MessagePart {
  return partSchema.parse(value);
}
