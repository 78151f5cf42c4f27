/** A run of text with its marks. `verbatim` runs (addresses) never get any. */
export interface Piece {
  text: string;
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
}

interface Group {
  mark: string;
  children: (Group | string)[];
  isDropped: boolean;
}

type Token = string | { group: Group; text: string; isOpening: boolean };

const LEVELS = [
  { key: 'bold', mark: '*' },
  { key: 'italic', mark: '_' },
  { key: 'strike', mark: '~' },
] as const;
const URL_PATTERN = /((?:https?:\/\/|www\.)\S+)/i;

/**
 * One line with WhatsApp's marks. A mark hugs its text, opens and closes on the line and never touches
 * a letter or digit on its outside: where it would, it is dropped, because WhatsApp would show it as typed.
 */
export function markLine(pieces: Piece[]): string {
  const tree = nest(pieces.flatMap(withoutMarkedUrls), 0);
  for (;;) {
    const tokens = tree.flatMap(toTokens);
    const touching = tokens.flatMap((_, index) => touchingGroup(tokens, index) ?? []);
    if (touching.length === 0) {
      return tokens.map((token) => (typeof token === 'string' ? token : token.text)).join('');
    }
    for (const group of touching) group.isDropped = true;
  }
}

/** A closing mark right after an address would become part of it, so addresses stay outside of marks. */
function withoutMarkedUrls(piece: Piece): Piece[] {
  // An empty leaf, as editors put around variables and links, must not part two leaves of one mark.
  if (piece.text === '') return [];
  if (piece.code || !(piece.bold || piece.italic || piece.strike)) return [piece];
  return piece.text
    .split(URL_PATTERN)
    .map((text) => (URL_PATTERN.test(text) ? { text } : { ...piece, text }))
    .filter(({ text }) => text !== '');
}

/** Neighbours that share a mark come under one pair of it, in the order bold, italic, strike. */
function nest(pieces: Piece[], depth: number): (Group | string)[] {
  const level = LEVELS[depth];
  if (!level) return pieces.map(({ text, code }) => (code ? newGroup('`', [text]) : text));
  const nodes: (Group | string)[] = [];
  for (const run of runs(pieces, (piece) => Boolean(piece[level.key]) && !piece.code)) {
    const inner = nest(run.pieces, depth + 1);
    nodes.push(...(run.isMarked ? [newGroup(level.mark, inner)] : inner));
  }
  return nodes;
}

function newGroup(mark: string, children: (Group | string)[]): Group {
  return { mark, children, isDropped: false };
}

function runs(pieces: Piece[], isMarked: (piece: Piece) => boolean) {
  const found: { isMarked: boolean; pieces: Piece[] }[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last?.isMarked === isMarked(piece)) last.pieces.push(piece);
    else found.push({ isMarked: isMarked(piece), pieces: [piece] });
  }
  return found;
}

function toTokens(node: Group | string): Token[] {
  if (typeof node === 'string') return node === '' ? [] : [node];
  const inner = node.children.flatMap(toTokens);
  if (node.isDropped) return inner;
  const before = takeSpaces(inner, 'start');
  const after = takeSpaces(inner, 'end');
  const mark = { group: node, text: node.mark };
  const marked: Token[] = [{ ...mark, isOpening: true }, ...inner, { ...mark, isOpening: false }];
  return [before, ...(inner.length > 0 ? marked : []), after].filter((token) => token !== '');
}

/** Removes the spaces at one end of some tokens and returns them. */
function takeSpaces(tokens: Token[], end: 'start' | 'end'): string {
  let spaces = '';
  for (;;) {
    const index = end === 'start' ? 0 : tokens.length - 1;
    const token = tokens[index];
    if (typeof token !== 'string') return spaces;
    const kept = end === 'start' ? token.trimStart() : token.trimEnd();
    if (end === 'start') spaces += token.slice(0, token.length - kept.length);
    else spaces = token.slice(kept.length) + spaces;
    if (kept !== '') {
      tokens[index] = kept;
      return spaces;
    }
    tokens.splice(index, 1);
  }
}

/** The group whose mark stands at an index, when a letter or digit touches it on its outside. */
function touchingGroup(tokens: Token[], index: number): Group | undefined {
  const token = tokens[index];
  if (token === undefined || typeof token === 'string') return undefined;
  const outside = tokens[token.isOpening ? index - 1 : index + 1];
  if (typeof outside !== 'string') return undefined;
  const pattern = token.isOpening ? /[\p{L}\p{N}]$/u : /^[\p{L}\p{N}]/u;
  return pattern.test(outside) ? token.group : undefined;
}
