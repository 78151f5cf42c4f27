import { anchor, button, element, formatted } from './dom.js';
import type { Content, Message, Row } from './wire.js';

/** What the buttons in bubbles do. */
export interface Taps {
  tap(kind: 'buttonReply' | 'listReply', row: Row): void;
  openList(content: Content): void;
  shareLocation(): void;
  /** URL of a file that was sent from this page, while it is still in memory. */
  preview(keyId: string | null): string | undefined;
}

/** Creates the bubble of one message. */
export function bubble(message: Message, taps: Taps): HTMLElement {
  const made = element('article', `bubble ${message.direction}`, ...contentNodes(message, taps));
  made.append(stamp(message));
  return made;
}

function stamp(message: Message): HTMLElement {
  const time = new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const foot = element('footer', '', message.sender === 'operator' ? `operator · ${time}` : time);
  if (message.direction === 'in') {
    const ticks = element('span', message.read ? 'ticks read' : 'ticks', '✓✓');
    ticks.title = message.read ? 'Read by the bot' : 'Delivered';
    foot.append(ticks);
  }
  return foot;
}

function contentNodes(message: Message, taps: Taps): Node[] {
  const { content } = message;
  const type = content.contentType ?? content.type ?? '';
  switch (type) {
    case 'text':
      return [textNode(content.text)];
    case 'image':
    case 'sticker':
    case 'video':
    case 'audio':
    case 'document':
      return [mediaNode(type, message, taps), ...(content.caption ? [textNode(content.caption)] : [])];
    case 'buttonReply':
    case 'listReply':
      return [textNode(content.title)];
    case 'buttons':
      return [
        ...framed(content),
        options((content.buttons ?? []).map((row) => button(row.title, () => taps.tap('buttonReply', row)))),
      ];
    case 'list':
      return [
        ...framed(content),
        options([button(`☰ ${content.button ?? 'Options'}`, () => taps.openList(content))]),
      ];
    case 'ctaUrl':
      return [
        ...framed(content),
        element('div', 'options', anchor(content.url ?? '', content.displayText ?? 'Open')),
      ];
    case 'locationRequest':
      return [...framed(content), options([button('Send location', taps.shareLocation)])];
    case 'location':
      return [locationNode(content)];
    case 'contacts':
      return (content.contacts ?? []).map((one) => labelled('Contact', `${one.name} ${one.phone ?? ''}`));
    case 'reaction':
      return [element('div', 'text', content.emoji || '(reaction removed)')];
    default:
      return [element('div', 'label', `[${type || 'unknown'}${content.name ? `: ${content.name}` : ''}]`)];
  }
}

function framed(content: Content): Node[] {
  const { header, footer } = content;
  const nodes: Node[] = [];
  if (typeof header === 'string') nodes.push(element('div', 'header', header));
  else if (header?.type === 'text') nodes.push(element('div', 'header', header.text ?? ''));
  else if (header?.type === 'image' && header.url) nodes.push(picture(header.url));
  nodes.push(textNode(content.body));
  if (footer) nodes.push(element('div', 'footer', footer));
  return nodes;
}

const options = (buttons: HTMLButtonElement[]) => element('div', 'options', ...buttons);
// Labels are words instead of emoji, because not every machine has a font for emoji.
const labelled = (label: string, content: Node | string) =>
  element('div', 'text', element('div', 'label', label), content);
const textNode = (text: string | undefined) => element('div', 'text', ...formatted(text ?? ''));

function mediaNode(type: string, message: Message, taps: Taps): Node {
  const { media, fileName } = message.content;
  const inline =
    media?.base64 && `data:${media.mimeType ?? 'application/octet-stream'};base64,${media.base64}`;
  const url = taps.preview(message.keyId) ?? media?.url ?? inline;
  const name = fileName ?? media?.fileName ?? type;
  if (!url) return labelled('File', name);
  if (type === 'image' || type === 'sticker') return picture(url);
  if (type === 'document') return labelled('Document', anchor(url, name));
  const player = element(type === 'video' ? 'video' : 'audio', '');
  player.src = url;
  player.controls = true;
  return player;
}

function picture(url: string): HTMLElement {
  const made = element('img', '');
  made.src = url;
  made.alt = 'Picture';
  return made;
}

function locationNode({ latitude = 0, longitude = 0, name }: Content): Node {
  const place = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
  return labelled('Location', anchor(url, name ? `${name} (${place})` : place));
}
