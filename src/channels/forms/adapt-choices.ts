import type {
  ChannelCapabilities,
  ListSection,
  MessageHeader,
  OutboundContent,
} from '../../../activities/ports/messages.js';
import { optionKeys } from '../../foreign/own-marks.js';
import { decoration, headerMessage, textParts, type AdaptOptions } from './adapt-parts.js';
import { collapse, cutTitle, shownTitles, splitText } from './split-text.js';

const maxSectionTitle = 24;
const maxOpenLabel = 20;
const maxDescription = 72;

interface Choice {
  header: MessageHeader | undefined;
  body: string;
  footer: string | undefined;
  openLabel: string;
  sections: ListSection[];
}

/** Buttons if the channel has enough of them, else a list, else numbered text. */
export function adaptButtons(
  content: Extract<OutboundContent, { type: 'buttons' }>,
  capabilities: ChannelCapabilities,
  words: Required<AdaptOptions>,
): OutboundContent[] {
  const count = content.buttons.length;
  const choice: Choice = {
    header: content.header,
    body: content.body.trim() ? content.body : words.choicePrompt,
    footer: content.footer,
    openLabel: words.openListLabel,
    sections: [{ rows: content.buttons }],
  };
  if (count >= 1 && count <= capabilities.buttons) return asButtons(choice, capabilities);
  return count >= 1 && canList(count, capabilities)
    ? asList(choice, capabilities)
    : asText(choice, capabilities);
}

/** A list if the channel has lists, else buttons if no row has a description to lose, else numbered text. */
export function adaptList(
  content: Extract<OutboundContent, { type: 'list' }>,
  capabilities: ChannelCapabilities,
  words: Required<AdaptOptions>,
): OutboundContent[] {
  const rows = content.sections.flatMap((section) => section.rows);
  const choice: Choice = {
    header: content.header ? { type: 'text', text: content.header } : undefined,
    body: content.body.trim() ? content.body : words.choicePrompt,
    footer: content.footer,
    openLabel: content.button.trim() || words.openListLabel,
    sections: content.sections.filter((section) => section.rows.length > 0),
  };
  if (rows.length >= 1 && canList(rows.length, capabilities)) return asList(choice, capabilities);
  const fitsButtons = rows.length >= 1 && rows.length <= capabilities.buttons;
  return fitsButtons && rows.every((row) => !row.description)
    ? asButtons(choice, capabilities)
    : asText(choice, capabilities);
}

function canList(count: number, capabilities: ChannelCapabilities): boolean {
  return capabilities.list && count <= capabilities.maxRows;
}

function asButtons(choice: Choice, capabilities: ChannelCapabilities): OutboundContent[] {
  const rows = choice.sections.flatMap((section) => section.rows);
  const titles = shownTitles(
    rows.map((row) => row.title),
    capabilities.maxButtonTitle,
  );
  const carried = choice.header?.type === 'text' || capabilities.buttonMediaHeader;
  const parts = splitText(choice.body, capabilities.maxButtonBody);
  return [
    ...(carried ? [] : headerMessage(choice.header)),
    ...leadingTexts(parts, capabilities),
    {
      type: 'buttons',
      body: parts.at(-1) ?? '',
      buttons: rows.map((row, index) => ({ id: row.id, title: titles[index] ?? row.title })),
      ...decoration(carried ? choice.header : undefined, choice.footer),
    },
  ];
}

function asList(choice: Choice, capabilities: ChannelCapabilities): OutboundContent[] {
  const parts = splitText(choice.body, capabilities.maxListBody);
  const { header, footer } = decoration(choice.header, choice.footer);
  return [
    ...headerMessage(choice.header),
    ...leadingTexts(parts, capabilities),
    {
      type: 'list',
      ...(header?.type === 'text' && { header: header.text }),
      body: parts.at(-1) ?? '',
      ...(footer && { footer }),
      button: cutTitle(choice.openLabel, maxOpenLabel),
      sections: shownSections(choice.sections, capabilities.maxRowTitle),
    },
  ];
}

function leadingTexts(parts: string[], capabilities: ChannelCapabilities): OutboundContent[] {
  return parts.slice(0, -1).flatMap((part) => textParts(part, capabilities));
}

function shownSections(sections: ListSection[], maxRowTitle: number): ListSection[] {
  const rows = sections.flatMap((section) => section.rows);
  const titles = shownTitles(
    rows.map((row) => row.title),
    maxRowTitle,
  );
  const shownRows = rows.map((row, index) => shownRow(row, titles[index] ?? row.title));
  if (sections.length > 1 && sections.some((section) => !section.title?.trim())) return [{ rows: shownRows }];
  let from = 0;
  return sections.map((section) => {
    const own = shownRows.slice(from, (from += section.rows.length));
    const title = cutTitle(section.title ?? '', maxSectionTitle);
    return title ? { title, rows: own } : { rows: own };
  });
}

function shownRow(row: ListSection['rows'][number], title: string): ListSection['rows'][number] {
  const full = collapse(row.title);
  const description = row.description?.trim() || (title.startsWith(full) ? '' : full);
  return {
    id: row.id,
    title,
    ...(description && { description: cutTitle(description, maxDescription) }),
  };
}

/** One text of header, body, numbered options by section, and footer. */
function asText(choice: Choice, capabilities: ChannelCapabilities): OutboundContent[] {
  const head = choice.header?.type === 'text' ? `*${choice.header.text}*\n` : '';
  const blocks = [`${head}${choice.body}`, numberedOptions(choice.sections), choice.footer ?? ''];
  const text = blocks.filter((block) => block !== '').join('\n\n');
  return [...headerMessage(choice.header), ...textParts(text, capabilities)];
}

function numberedOptions(sections: ListSection[]): string {
  const keys = optionKeys(sections.flatMap(({ rows }) => rows.map(({ title }) => title)));
  let at = 0;
  const lines = sections.flatMap((section) => {
    const title = sections.length > 1 ? collapse(section.title ?? '') : '';
    const options = section.rows.map((row) => optionLine(row, keys[at++]));
    return title ? ['', `*${title}*`, ...options] : options;
  });
  return lines.join('\n').trimStart();
}

function optionLine(row: ListSection['rows'][number], shown?: { key: string; isOwn: boolean }): string {
  const description = row.description?.trim() ? ` — ${collapse(row.description)}` : '';
  const mark = shown?.isOwn === false ? `${shown.key}. ` : '';
  return `${mark}${collapse(row.title)}${description}`;
}
