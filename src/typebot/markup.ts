import type { ListSection, OutboundContent } from '../../activities/ports/messages.js';
import { wireId, type Shown } from './prompts/wire-id.js';

/** A text whose list and button markup, that of Evolution API's Typebot integration, became messages. */
export interface MarkupText {
  contents: OutboundContent[];
  /** What can be tapped, in the order shown. */
  offers: { id: string; title: string }[];
}

const LIST = /^\[list\]\s*$/;
const BUTTONS = /^\[buttons\]\s*$/;
const BUTTON = /^\[(reply|copy|url|call|pix)\]/;
const TAG = /^\[(\/?\w+)\]/;

/** Whether a text holds markup: an opening line, and later the end of its list or one of its buttons. */
export function hasMarkup(text: string): boolean {
  if (!text.includes('[list]') && !text.includes('[buttons]')) return false;
  const lines = text.split('\n');
  const isAround = (isOpening: (line: string) => boolean, isNeeded: (line: string) => boolean) => {
    const opening = lines.findIndex(isOpening);
    return opening >= 0 && opening < lines.findLastIndex(isNeeded);
  };
  return (
    isAround((line) => LIST.test(line), isListEnd) ||
    isAround(
      (line) => BUTTONS.test(line),
      (line) => BUTTON.test(line),
    )
  );
}

function isListEnd(line: string): boolean {
  return line.trim() === '[/menu]';
}

/** A cursor over lines: removing lines from the front of an array would move all the others each time. */
interface Lines {
  all: string[];
  at: number;
}

/** Texts, lists and buttons in order. Like all ids, those of rows and buttons are tied to their session and turn. */
export function expandMarkup(text: string, shown: Shown): MarkupText {
  const result: MarkupText = { contents: [], offers: [] };
  let plain: string[] = [];
  const flush = () => {
    const words = plain.join('\n').trim();
    if (words) result.contents.push({ type: 'text', text: words });
    plain = [];
  };
  const lines: Lines = { all: text.split('\n'), at: 0 };
  const lastEnd = lines.all.findLastIndex(isListEnd);
  while (lines.at < lines.all.length) {
    const block = takeBlock(lines, lastEnd);
    if (!block) plain.push(nextLine(lines));
    else {
      flush();
      result.contents.push(...block.toContents(shown));
      result.offers.push(...block.offers);
    }
  }
  flush();
  return result;
}

function nextLine(lines: Lines): string {
  const line = lines.all[lines.at] ?? '';
  lines.at += 1;
  return line;
}

interface Block {
  offers: { id: string; title: string }[];
  toContents: (shown: Shown) => OutboundContent[];
}

/** Reads the block that begins at the cursor; without one, returns undefined and leaves the cursor where it is. */
function takeBlock(lines: Lines, lastEnd: number): Block | undefined {
  const line = lines.all[lines.at] ?? '';
  if (LIST.test(line)) return lines.at < lastEnd ? takeList(lines) : undefined;
  return BUTTONS.test(line) ? takeButtons(lines) : undefined;
}

type Fields = Record<string, string>;

/** Reads `[name]value` lines at the cursor; a line without a tag continues the value before it. */
function takeHeader(lines: Lines, names: string[]): Fields {
  const fields = new Map<string, string[]>();
  let last: string[] | undefined;
  for (; lines.at < lines.all.length; lines.at += 1) {
    const line = lines.all[lines.at] ?? '';
    const [tag, name = ''] = TAG.exec(line) ?? [];
    if (tag === undefined ? last === undefined : !names.includes(name)) break;
    if (tag !== undefined) fields.set(name, (last = [line.slice(tag.length)]));
    else if (line.trim()) last?.push(line.trimEnd());
  }
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.join('\n').trim()]));
}

/** Reads `name: value` lines at the cursor. */
function takeFields(lines: Lines): Fields {
  const fields = new Map<string, string>();
  for (; lines.at < lines.all.length; lines.at += 1) {
    const line = (lines.all[lines.at] ?? '').trim();
    const name = /^\w+(?=:)/.exec(line)?.[0];
    if (name === undefined) break;
    fields.set(name, line.slice(name.length + 1).trim());
  }
  return Object.fromEntries(fields);
}

/** Must be called only when a later line ends the list. */
function takeList(lines: Lines): Block {
  let end = lines.at + 1;
  while (!isListEnd(lines.all[end] ?? '')) end += 1;
  const own: Lines = { all: lines.all.slice(lines.at + 1, end), at: 0 };
  lines.at = end + 1;
  const header = takeHeader(own, ['title', 'description', 'buttonText', 'footerText']);
  const sections = readSections(own);
  const rows = sections.flatMap((section) => section.rows);
  return {
    offers: rows.map(({ id, title }) => ({ id, title })),
    toContents: (shown) => [
      {
        type: 'list',
        ...(header.title && header.description ? { header: header.title } : {}),
        body: header.description || header.title || '',
        ...(header.footerText ? { footer: header.footerText } : {}),
        button: header.buttonText ?? '',
        sections: sections.map((section) => ({
          ...section,
          rows: section.rows.map((row) => ({ ...row, id: wireId(shown, row.id) })),
        })),
      },
    ],
  };
}

function readSections(lines: Lines): ListSection[] {
  const sections: ListSection[] = [];
  while (lines.at < lines.all.length) {
    const tag = nextLine(lines).trim();
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

function takeButtons(lines: Lines): Block | undefined {
  const rest: Lines = { ...lines, at: lines.at + 1 };
  const header = takeHeader(rest, ['thumbnailUrl', 'title', 'description', 'footer']);
  const buttons: NamedFields[] = [];
  for (let button = takeButton(rest); button; button = takeButton(rest)) buttons.push(button);
  if (buttons.length === 0) return undefined;
  lines.at = rest.at;
  const replies = buttons
    .filter(({ kind }) => kind === 'reply')
    .slice(0, 3)
    .map(toOffer);
  return { offers: replies, toContents: (shown) => buttonContents(header, buttons, replies, shown) };
}

/** Reads the next button, skipping blank lines; without one, returns undefined and leaves the cursor where it is. */
function takeButton(lines: Lines): NamedFields | undefined {
  let at = lines.at;
  while (at < lines.all.length && lines.all[at]?.trim() === '') at += 1;
  const [tag, kind] = BUTTON.exec(lines.all[at] ?? '') ?? [];
  if (kind === undefined || lines.all[at]?.trim() !== tag) return undefined;
  lines.at = at + 1;
  return { kind, fields: takeFields(lines) };
}

function toOffer({ fields }: NamedFields): { id: string; title: string } {
  const title = fields.displayText ?? '';
  return { id: fields.id || title, title };
}

function buttonContents(
  { thumbnailUrl, title, description, footer }: Fields,
  buttons: NamedFields[],
  replies: { id: string; title: string }[],
  shown: Shown,
): OutboundContent[] {
  const body = [title && `*${title}*`, description].filter(Boolean).join('\n');
  const header = thumbnailUrl ? { header: { type: 'image' as const, url: thumbnailUrl } } : {};
  const foot = footer ? { footer } : {};
  if (replies.length > 0) {
    const own = replies.map((reply) => ({ ...reply, id: wireId(shown, reply.id) }));
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

/** A button that no channel of Parley supports, as a line of text. */
function buttonLine({ kind, fields }: NamedFields): string {
  const { displayText = '', copyCode = '', url = '', phone = '', name = '', keyType = '', key = '' } = fields;
  if (kind === 'pix') return `Pix ${name} (${keyType}): ${key}`;
  return `${displayText}: ${copyCode || url || phone}`;
}
