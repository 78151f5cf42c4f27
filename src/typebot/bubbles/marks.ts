/** A run of text with the same formatting. */
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
}

/** The opening or closing mark around a text; `pair` is its counterpart. */
interface Mark {
  text: string;
  isOpening: boolean;
  isDropped: boolean;
  pair?: Mark;
}

type Token = string | Mark;

const LEVELS = [
  { key: 'bold', mark: '*' },
  { key: 'italic', mark: '_' },
  { key: 'strike', mark: '~' },
] as const;
const URL_PATTERN = /((?:https?:\/\/|www\.)\S+)/i;

/**
 * One line with WhatsApp's formatting marks. A pair of marks has no space just inside it and opens and closes on the
 * same line. A mark with a letter or digit just outside it is dropped, because WhatsApp would show it as typed.
 */
export function markLine(pieces: Piece[]): string {
  const [only] = pieces;
  if (pieces.length === 1 && only && !(only.bold || only.italic || only.strike || only.code))
    return only.text;
  const tokens = nest(pieces.flatMap(withoutMarkedUrls), 0).flatMap(toTokens);
  dropTouching(tokens);
  return tokens
    .map((token) => (typeof token === 'string' ? token : token.isDropped ? '' : token.text))
    .join('');
}

/** A closing mark right after an address would become part of the link, so addresses stay outside marks. */
function withoutMarkedUrls(piece: Piece): Piece[] {
  // Editors put empty leaves around variables and links; they must not split a run of one mark in two.
  if (piece.text === '') return [];
  if (piece.code || !(piece.bold || piece.italic || piece.strike)) return [piece];
  return piece.text
    .split(URL_PATTERN)
    .map((text) => (URL_PATTERN.test(text) ? { text } : { ...piece, text }))
    .filter(({ text }) => text !== '');
}

/**
 * Groups neighbouring pieces that share a mark under one pair of marks; bold is outermost, then italic, then strike.
 */
function nest(pieces: Piece[], depth: number): (Group | string)[] {
  const level = LEVELS[depth];
  if (!level) return pieces.map(({ text, code }) => (code ? { mark: '`', children: [text] } : text));
  const nodes: (Group | string)[] = [];
  for (const run of runs(pieces, (piece) => Boolean(piece[level.key]) && !piece.code)) {
    const inner = nest(run.pieces, depth + 1);
    nodes.push(...(run.isMarked ? [{ mark: level.mark, children: inner }] : inner));
  }
  return nodes;
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
  const { before, inner, after } = partSpaces(node.children.flatMap(toTokens));
  if (inner.length === 0) return [...before, ...after];
  const opening: Mark = { text: node.mark, isOpening: true, isDropped: false };
  const closing: Mark = { text: node.mark, isOpening: false, isDropped: false, pair: opening };
  opening.pair = closing;
  return [...before, opening, ...inner, closing, ...after];
}

/** Separates the spaces at both ends, because they must stay outside a mark. */
function partSpaces(tokens: Token[]): { before: string[]; inner: Token[]; after: string[] } {
  const isVisible = (token: Token) => typeof token !== 'string' || token.trim() !== '';
  const first = tokens.findIndex(isVisible);
  if (first < 0) return { before: [tokens.join('')].filter(Boolean), inner: [], after: [] };
  const last = tokens.findLastIndex(isVisible);
  const inner = tokens.slice(first, last + 1);
  const leading = inner[0];
  const before = tokens.slice(0, first);
  if (typeof leading === 'string') {
    inner[0] = leading.trimStart();
    before.push(leading.slice(0, leading.length - inner[0].length));
  }
  const trailing = inner.at(-1);
  const after = tokens.slice(last + 1);
  if (typeof trailing === 'string') {
    const kept = trailing.trimEnd();
    inner[inner.length - 1] = kept;
    after.unshift(trailing.slice(kept.length));
  }
  return { before: [before.join('')].filter(Boolean), inner, after: [after.join('')].filter(Boolean) };
}

/**
 * Drops every pair of marks with a letter or digit just outside one of them. Dropping a mark makes its neighbours
 * adjacent, so they are checked again; `left` and `right` are the links of a doubly linked list of tokens.
 */
function dropTouching(tokens: Token[]): void {
  const left = tokens.map((_, index) => index - 1);
  const right = tokens.map((_, index) => index + 1);
  const places = new Map(
    tokens.flatMap((token, index) => (typeof token === 'string' ? [] : [[token, index] as const])),
  );
  const open = [...places.values()];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const mark = tokens[index];
    if (mark === undefined || typeof mark === 'string' || mark.isDropped) continue;
    const outside = tokens[(mark.isOpening ? left : right)[index] ?? -1];
    if (!isTouching(mark, outside)) continue;
    for (const dropped of mark.pair ? [mark, mark.pair] : [mark]) {
      const at = places.get(dropped) ?? -1;
      const [before = -1, after = -1] = [left[at], right[at]];
      dropped.isDropped = true;
      if (before >= 0) right[before] = after;
      if (after < tokens.length) left[after] = before;
      open.push(before, after);
    }
  }
}

/** Looks at the nearest character only, which is at most two UTF-16 units. */
function isTouching({ isOpening }: Mark, outside: Token | undefined): boolean {
  if (typeof outside !== 'string') return false;
  return isOpening ? /[\p{L}\p{N}]$/u.test(outside.slice(-2)) : /^[\p{L}\p{N}]/u.test(outside.slice(0, 2));
}
