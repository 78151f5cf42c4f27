import type {
  ChannelCapabilities,
  MessageHeader,
  OutboundContent,
} from '../../../activities/ports/messages.js';
import { cutTitle, splitText } from './split-text.js';

/** Standard texts that a form may need, in the bot's language. */
export interface AdaptOptions {
  /** Label that opens a list; default `Ver opções`. */
  openListLabel?: string;
  /** Body of a choice that has none; default `Escolha uma opção:`. */
  choicePrompt?: string;
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
