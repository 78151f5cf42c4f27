import type {
  ChannelCapabilities,
  MessageHeader,
  OutboundContent,
} from '../../../activities/ports/messages.js';
import { cutTitle, splitText } from './split-text.js';

/** Words of the bot's language that a form may need. */
export interface AdaptOptions {
  /** Label that opens a list; default `Ver opções`. */
  openListLabel?: string;
  /** Body of a choice that has none; default `Escolha uma opção:`. */
  choicePrompt?: string;
}

/** Longest native header text and footer. */
const maxDecoration = 60;

/** A text as messages of its own. */
export function textParts(text: string, capabilities: ChannelCapabilities): OutboundContent[] {
  return splitText(text, capabilities.maxText).map((part) => ({ type: 'text', text: part }));
}

/** A media header as a message of its own, for the forms that cannot carry it. */
export function headerMessage(header: MessageHeader | undefined): OutboundContent[] {
  return header && header.type !== 'text' ? [{ type: header.type, media: { url: header.url } }] : [];
}

/** A header and footer as the native forms can carry them. */
export function decoration(header: MessageHeader | undefined, footer: string | undefined) {
  const shownHeader =
    header?.type === 'text' ? { ...header, text: cutTitle(header.text, maxDecoration) } : header;
  return {
    ...(shownHeader && { header: shownHeader }),
    ...(footer && { footer: cutTitle(footer, maxDecoration) }),
  };
}
