const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** How far beyond a limit is looked for the end of the grapheme that stands across it. */
const LOOK_AHEAD = 256;

/** A text of at most `limit` UTF-16 units, cut between two graphemes: nothing after the cut is looked at. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, graphemeBoundary(text, limit));
}

/**
 * The last position up to `limit` between two graphemes. A single one that is longer than the limit (emoji can be joined
 * without end) is cut between two code points, so that the position is never 0 and a cutting loop always gets on.
 */
export function graphemeBoundary(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  const at = graphemes.segment(text.slice(0, limit + LOOK_AHEAD)).containing(limit)?.index ?? 0;
  return at > 0 ? at : codePointBoundary(text, limit);
}

/** The last position up to `limit`, at least 1, that is not inside a surrogate pair; 2 where the text begins with one. */
function codePointBoundary(text: string, limit: number): number {
  const isInside = /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(limit - 1, limit + 1));
  return isInside ? (limit > 1 ? limit - 1 : 2) : Math.max(1, limit);
}
