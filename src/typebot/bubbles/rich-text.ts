import { markLine, type Piece } from './marks.js';
import { imageAddressIn } from './media-kind.js';
import type { RichNode } from '../wire.js';

/** Part of a text bubble: a text, or an image between two texts. */
export type RichPart = { type: 'text'; text: string } | { type: 'image'; url: string; caption: string };

type Line = { type: 'line'; text: string } | { type: 'image'; url: string; caption: string };

const BLOCKS = /^(p|h[1-6]|blockquote|ul|ol|li|lic|code_block|code_line|hr|img)$/;

/** A rich text bubble with WhatsApp's marks; empty for an empty bubble. */
export function renderRichText(nodes: RichNode[]): RichPart[] {
  const known = rendered.get(nodes) ?? toParts(nodes);
  rendered.set(nodes, known);
  return known;
}

/** Each bubble is rendered twice: to find the text of the question, and to send it. */
const rendered = new WeakMap<RichNode[], RichPart[]>();

function toParts(nodes: RichNode[]): RichPart[] {
  const parts: RichPart[] = [];
  let lines: string[] = [];
  const flush = () => {
    const text = tidy(lines.join('\n'));
    if (text) parts.push({ type: 'text', text });
    lines = [];
  };
  for (const line of nodes.flatMap((node) => toLines(node))) {
    if (line.type === 'line') lines.push(line.text);
    else {
      flush();
      parts.push(line);
    }
  }
  flush();
  return parts;
}

function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function toLines(node: RichNode, marks: Partial<Piece> = {}): Line[] {
  switch (node.type) {
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6':
      return childLines(node, { ...marks, bold: true });
    case 'blockquote':
      return childLines(node, marks).map((line) => prefixed(line, '> '));
    case 'ul':
    case 'ol':
      return listLines(node, 0);
    case 'code_block':
      return codeLines(node);
    case 'hr':
      return [{ type: 'line', text: '———' }];
    case 'img':
      return imageLines(node);
    case undefined:
    case 'a':
    case 'inline-variable':
      return inlineLines([node], marks);
    default:
      return childLines(node, marks);
  }
}

/** Deeper quotes are not shown: nobody can tell them apart, and every level would lengthen each line. */
const DEEPEST_QUOTE = '> > > > ';

function prefixed(line: Line, prefix: string): Line {
  if (line.type === 'line' && line.text.startsWith(DEEPEST_QUOTE)) return line;
  return line.type === 'line' ? { ...line, text: `${prefix}${line.text}` } : line;
}

/** Neighbouring inline children share a line; a block child has a separate line. */
function childLines({ text, children = [] }: RichNode, marks: Partial<Piece>): Line[] {
  const lines: Line[] = [];
  // A node of an unknown type may hold its text itself.
  let inline: RichNode[] = text ? [{ text }] : [];
  const flush = () => {
    for (const line of inline.length > 0 ? inlineLines(inline, marks) : []) lines.push(line);
    inline = [];
  };
  for (const child of children) {
    if (isBlock(child)) {
      flush();
      for (const line of toLines(child, marks)) lines.push(line);
    } else inline.push(child);
  }
  flush();
  return lines;
}

function isBlock(node: RichNode): boolean {
  if (node.type === undefined || node.type === 'a') return false;
  return BLOCKS.test(node.type) || (node.children ?? []).some(isBlock);
}

function listLines({ type, children = [] }: RichNode, depth: number): Line[] {
  const items = children.filter((child) => child.type !== undefined);
  return items.flatMap((item, index) => {
    const marker = type === 'ol' ? `${index + 1}. ` : '- ';
    return itemLines(item, marker, depth);
  });
}

function itemLines(item: RichNode, marker: string, depth: number): Line[] {
  const indent = '  '.repeat(depth);
  const isList = (node: RichNode) => node.type === 'ul' || node.type === 'ol';
  if (isList(item)) return listLines(item, depth + 1);
  const own = { ...item, children: (item.children ?? []).filter((child) => !isList(child)) };
  const nested = (item.children ?? []).filter(isList);
  const text = childLines(own, {}).map((line, index) =>
    prefixed(line, index === 0 ? indent + marker : `${indent}  `),
  );
  return [...text, ...nested.flatMap((list) => listLines(list, depth + 1))];
}

function codeLines({ children = [] }: RichNode): Line[] {
  const code = children.map((child) => plainText([child])).join('\n');
  return code.trim() ? [{ type: 'line', text: `\`\`\`${code}\`\`\`` }] : [];
}

function inlineLines(nodes: RichNode[], marks: Partial<Piece>): Line[] {
  const lines: Piece[][] = [[]];
  for (const piece of nodes.flatMap((node) => toPieces(node, marks))) {
    const [first = '', ...rest] = piece.text.split('\n');
    lines.at(-1)?.push({ ...piece, text: first });
    for (const text of rest) lines.push([{ ...piece, text }]);
  }
  return lines.map((line) => ({ type: 'line', text: markLine(line) }));
}

function inlineText(nodes: RichNode[]): string {
  return tidy(
    inlineLines(nodes, {})
      .map((line) => (line.type === 'line' ? line.text : ''))
      .join('\n'),
  );
}

function toPieces(node: RichNode, marks: Partial<Piece>): Piece[] {
  if (node.type === 'inline-variable') return [];
  if (node.type === 'a') return linkPieces(node, marks);
  const own: Piece[] = node.text === undefined ? [] : [leafPiece(node, node.text, marks)];
  return [...own, ...(node.children ?? []).flatMap((child) => toPieces(child, marks))];
}

function leafPiece(node: RichNode, text: string, marks: Partial<Piece>): Piece {
  return {
    text,
    bold: node.bold ?? marks.bold,
    italic: node.italic ?? marks.italic,
    strike: node.strikethrough ?? marks.strike,
    code: node.code,
  };
}

function imageLines({ url, caption = [] }: RichNode): Line[] {
  const address = imageAddressIn(url);
  return address ? [{ type: 'image', url: address, caption: inlineText(caption) }] : [];
}

function linkPieces({ url = '', children = [] }: RichNode, marks: Partial<Piece>): Piece[] {
  const label = children.flatMap((child) => toPieces(child, marks));
  const address = linkAddress(url);
  if (!address) return label;
  const words = label.map(({ text }) => text).join('');
  const labelText = words.trim();
  if (!labelText || comparable(labelText) === comparable(address)) return [{ text: address }];
  const spaces = words.slice(words.trimEnd().length);
  return [...withoutFinalSpaces(label), { text: ` (${address})${spaces}` }];
}

/** Spaces at the end of a label are moved behind the address that follows it. */
function withoutFinalSpaces(pieces: Piece[]): Piece[] {
  const last = pieces.findLastIndex(({ text }) => text.trim());
  return pieces.map((piece, index) => (index < last ? piece : { ...piece, text: piece.text.trimEnd() }));
}

/** Mail and phone links without their scheme; web addresses unchanged. */
function linkAddress(url: string): string {
  const direct = /^(?:mailto|tel):([^?]*)/i.exec(url.trim());
  return direct ? (direct[1] ?? '') : url.trim();
}

function comparable(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z\d+.-]*:\/\//, '')
    .replace(/\/$/, '');
}

function plainText(nodes: RichNode[]): string {
  return nodes.map(({ text = '', children = [] }) => text + plainText(children)).join('');
}
