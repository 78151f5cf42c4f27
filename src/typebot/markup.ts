import type { ListSection, OutboundContent } from '../../activities/ports/messages.js';
import { wireId } from './prompts/wire-id.js';

/** A text with the list and button markup of Evolution API's Typebot integration taken out of it. */
export interface MarkupText {
  contents: OutboundContent[];
  /** What can be tapped, in the order shown. */
  offers: { id: string; title: string }[];
}

/** Whether a text holds markup. */
export function hasMarkup(text: string): boolean {
  return (
    /^\[list\]\s*$[^]*^\[\/menu\]\s*$/m.test(text) ||
    /^\[buttons\]\s*$[^]*^\[(reply|copy|url|call|pix)\]/m.test(text)
  );
}

/** Lists and buttons at their place between the texts around them. Ids carry the turn like all others. */
export function expandMarkup(text: string, turn: number): MarkupText {
  const result: MarkupText = { contents: [], offers: [] };
  let plain: string[] = [];
  const flush = () => {
    const words = plain.join('\n').trim();
    if (words) result.contents.push({ type: 'text', text: words });
    plain = [];
  };
  const lines = text.split('\n');
  while (lines.length > 0) {
    const kind = /^\[(list|buttons)\]\s*$/.exec(lines[0] ?? '')?.[1];
    const block = kind === 'list' ? takeList(lines) : kind === 'buttons' ? takeButtons(lines) : undefined;
    if (!block) plain.push(lines.shift() ?? '');
    else {
      flush();
      result.contents.push(...block.toContents(turn));
      result.offers.push(...block.offers);
    }
  }
  flush();
  return result;
}

interface Block {
  offers: { id: string; title: string }[];
  toContents: (turn: number) => OutboundContent[];
}

type Fields = Record<string, string>;

const TAG = /^\[(\/?\w+)\]\s?(.*)$/;

/** Takes `[name]value` lines from the start; lines without a tag go on with the value before them. */
function takeHeader(lines: string[], names: string[]): Fields {
  const fields: Fields = {};
  let last: string | undefined;
  while (lines.length > 0) {
    const tag = TAG.exec(lines[0] ?? '');
    if (tag && !names.includes(tag[1] ?? '')) break;
    if (!tag && last === undefined) break;
    const line = lines.shift() ?? '';
    if (tag?.[1]) {
      last = tag[1];
      fields[last] = tag[2] ?? '';
    } else if (last !== undefined) fields[last] = `${fields[last]}\n${line}`.trim();
  }
  return fields;
}

/** Takes `name: value` lines from the start. */
function takeFields(lines: string[]): Fields {
  const fields: Fields = {};
  for (;;) {
    const field = /^\s*(\w+):\s*(.*)$/.exec(lines[0] ?? '');
    if (!field?.[1]) return fields;
    fields[field[1]] = (field[2] ?? '').trim();
    lines.shift();
  }
}

function takeList(lines: string[]): Block | undefined {
  const end = lines.findIndex((line) => line.trim() === '[/menu]');
  if (end < 0) return undefined;
  const own = lines.splice(0, end + 1).slice(1);
  const header = takeHeader(own, ['title', 'description', 'buttonText', 'footerText']);
  const sections = readSections(own);
  const rows = sections.flatMap((section) => section.rows);
  return {
    offers: rows.map(({ id, title }) => ({ id, title })),
    toContents: (turn) => [
      {
        type: 'list',
        ...(header.title && header.description ? { header: header.title } : {}),
        body: header.description || header.title || '',
        ...(header.footerText ? { footer: header.footerText } : {}),
        button: header.buttonText ?? '',
        sections: sections.map((section) => ({
          ...section,
          rows: section.rows.map((row) => ({ ...row, id: wireId(turn, row.id) })),
        })),
      },
    ],
  };
}

function readSections(lines: string[]): ListSection[] {
  const sections: ListSection[] = [];
  while (lines.length > 0) {
    const tag = lines.shift()?.trim();
    if (tag === '[section]') {
      const { title } = takeFields(lines);
      sections.push({ ...(title ? { title } : {}), rows: [] });
    }
    if (tag !== '[row]') continue;
    const { title = '', description, rowId } = takeFields(lines);
    if (sections.length === 0) sections.push({ rows: [] });
    sections.at(-1)?.rows.push({ id: rowId || title, title, ...(description ? { description } : {}) });
  }
  return sections.filter(({ rows }) => rows.length > 0);
}

interface NamedFields {
  kind: string;
  fields: Fields;
}

function takeButtons(lines: string[]): Block | undefined {
  const rest = lines.slice(1);
  const header = takeHeader(rest, ['thumbnailUrl', 'title', 'description', 'footer']);
  const buttons: NamedFields[] = [];
  for (;;) {
    const blank = rest.findIndex((line) => line.trim() !== '');
    const kind = /^\[(reply|copy|url|call|pix)\]\s*$/.exec(rest[blank] ?? '')?.[1];
    if (!kind) break;
    rest.splice(0, blank + 1);
    buttons.push({ kind, fields: takeFields(rest) });
  }
  if (buttons.length === 0) return undefined;
  lines.splice(0, lines.length - rest.length);
  const replies = buttons
    .filter(({ kind }) => kind === 'reply')
    .slice(0, 3)
    .map(toOffer);
  return { offers: replies, toContents: (turn) => buttonContents(header, buttons, replies, turn) };
}

function toOffer({ fields }: NamedFields): { id: string; title: string } {
  const title = fields.displayText ?? '';
  return { id: fields.id || title, title };
}

function buttonContents(
  { thumbnailUrl, title, description, footer }: Fields,
  buttons: NamedFields[],
  replies: { id: string; title: string }[],
  turn: number,
): OutboundContent[] {
  const body = [title && `*${title}*`, description].filter(Boolean).join('\n');
  const header = thumbnailUrl ? { header: { type: 'image' as const, url: thumbnailUrl } } : {};
  const foot = footer ? { footer } : {};
  if (replies.length > 0) {
    const own = replies.map((reply) => ({ ...reply, id: wireId(turn, reply.id) }));
    return [{ type: 'buttons', ...header, body, ...foot, buttons: own }];
  }
  const [only] = buttons;
  const { displayText, url } = only?.fields ?? {};
  if (buttons.length === 1 && only?.kind === 'url' && displayText && url) {
    return [{ type: 'ctaUrl', ...header, body, displayText, url, ...foot }];
  }
  const lines = buttons.map(buttonLine).join('\n');
  return [{ type: 'text', text: [body, lines, footer].filter(Boolean).join('\n\n') }];
}

/** A button that no channel of Parley has, in words. */
function buttonLine({ kind, fields }: NamedFields): string {
  const { displayText = '', copyCode = '', url = '', phone = '', name = '', keyType = '', key = '' } = fields;
  if (kind === 'pix') return `Pix ${name} (${keyType}): ${key}`;
  return `${displayText}: ${copyCode || url || phone}`;
}
