import { z } from 'zod';
import { boolean, integer, objectOf } from './setting-fields.js';

/** Shorter limits leave no room for words, a number and an ellipsis. */
const length = () => integer(20, 65_536).optional();
const titleLength = () => integer(8, 256).optional();
const flag = () => boolean().optional();

/** The `capabilities` setting: the members of `ChannelCapabilities` in snake_case, all optional. */
export const capabilitiesSchema = objectOf({
  buttons: integer(0, 10).optional(),
  button_media_header: flag(),
  list: flag(),
  cta_url: flag(),
  location_request: flag(),
  template: flag(),
  sticker: flag(),
  reaction: flag(),
  typing: flag(),
  mark_read: flag(),
  client_message_id: flag(),
  status_correlation: flag(),
  orders_media: flag(),
  window24h: flag(),
  max_text: length(),
  max_caption: length(),
  max_button_body: length(),
  max_button_title: titleLength(),
  max_list_body: length(),
  max_row_title: titleLength(),
  max_rows: integer(0, 100).optional(),
  image_mime_types: z.array(z.string(), { error: 'must be an array of strings' }).optional(),
});

/** What the operator may say about a channel's abilities. */
export type CapabilitySetting = z.output<typeof capabilitiesSchema>;
