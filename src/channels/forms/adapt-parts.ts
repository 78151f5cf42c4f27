import type {
  ChannelCapabilities,
  MessageHeader,
  OutboundContent,
} from '../../../activities/ports/messages.js';
import type { CommonChannelSettings } from '../channel.js';
import { cutTitle, splitText } from './split-text.js';

/** The standard texts of a form as an operator has set them; Portuguese without. */
export interface AdaptOptions {
  /** Label that opens a list. */
  openListLabel?: string;
  /** Body of a choice that has none. */
  choicePrompt?: string;
}

/** The standard texts that an instance has set. */
export function adaptOptions(settings: CommonChannelSettings): AdaptOptions {
  return { openListLabel: settings.open_list_label, choicePrompt: settings.choice_prompt };
}

/** Longest header text and footer that WhatsApp shows. */
const maxDecoration = 60;

/** A text as separate text messages. */
export function textParts(text: string, capabilities: ChannelCapabilities): OutboundContent[] {
  return splitText(text, capabilities.maxText).map((part) => ({ type: 'text', text: part }));
}

/** A media header as a separate message, for forms without media headers; none for a text header. */
export function headerMessage(header: MessageHeader | undefined): OutboundContent[] {
  return header && header.type !== 'text' ? [{ type: header.type, media: { url: header.url } }] : [];
}

/** The header and footer, cut to the length that WhatsApp shows. */
export function decoration(header: MessageHeader | undefined, footer: string | undefined) {
  const shownHeader =
    header?.type === 'text' ? { ...header, text: cutTitle(header.text, maxDecoration) } : header;
  return {
    ...(shownHeader && { header: shownHeader }),
    ...(footer && { footer: cutTitle(footer, maxDecoration) }),
  };
}
