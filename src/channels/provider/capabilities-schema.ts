import { z } from 'zod';
import { objectOf } from './setting-fields.js';
import { about, boolean, integer } from '../../schema-fields.js';

/** The minimum leaves room for a few words, a number and an ellipsis. */
const length = () => integer(20, 65_536).optional();
const titleLength = () => integer(8, 256).optional();
const flag = () => boolean().optional();

/** The setting `capabilities`: the members of `ChannelCapabilities` in snake_case, all optional. */
export const capabilitiesSchema = objectOf({
  buttons: about(integer(0, 10).optional(), 'How many buttons one message may have; 0 = none.', 3),
  button_media_header: about(flag(), 'A message with buttons may have a picture above them.', true),
  list: about(flag(), 'Lists can be shown.', true),
  cta_url: about(flag(), 'A button can open a link.', true),
  location_request: about(flag(), "A message can ask for the contact's place.", true),
  template: about(flag(), 'Approved templates can be sent.', false),
  sticker: about(flag(), 'Stickers can be sent.', true),
  reaction: about(flag(), 'Reactions can be sent.', true),
  typing: about(flag(), 'Typing can be shown.', true),
  mark_read: about(flag(), 'Messages can be marked as read.', true),
  client_message_id: about(flag(), 'The provider takes a message id of ours.', false),
  status_correlation: about(flag(), "The provider's statuses carry our own id.", false),
  orders_media: about(flag(), 'A text cannot overtake a file sent before it.', true),
  window24h: about(flag(), "Only templates may be sent 24 hours after the contact's last message.", false),
  max_text: about(length(), 'Longest text.', 4096),
  max_caption: about(length(), 'Longest caption of a file.', 1024),
  max_button_body: about(length(), 'Longest text above buttons.', 1024),
  max_button_title: about(titleLength(), 'Longest title of a button.', 20),
  max_list_body: about(length(), 'Longest text above a list.', 1024),
  max_row_title: about(titleLength(), "Longest title of a list's row.", 24),
  max_rows: about(integer(0, 100).optional(), 'How many rows a list may have.', 10),
  image_mime_types: about(
    z.array(z.string(), { error: 'must be an array of strings' }).optional(),
    'Types of pictures that can be sent; others go as documents.',
    ['image/jpeg', 'image/png'],
  ),
});

/** See `capabilitiesSchema`. */
export type CapabilitySetting = z.output<typeof capabilitiesSchema>;
