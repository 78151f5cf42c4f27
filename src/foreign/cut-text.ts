const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** How many UTF-16 units beyond the limit are searched for the end of the grapheme there. */
const LOOK_AHEAD = 256;

/** Cuts a text to at most `limit` UTF-16 units (at least 1), between two graphemes. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, graphemeBoundary(text, limit));
}

/**
 * The last position up to `limit` that is between two graphemes. A grapheme longer than the limit, such as many joined
 * emoji, is cut between code points, so that the position is never 0 and a loop that cuts a text always makes progress.
 */
export function graphemeBoundary(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  const at = graphemes.segment(text.slice(0, limit + LOOK_AHEAD)).containing(limit)?.index ?? 0;
  return at > 0 ? at : codePointBoundary(text, limit);
}

/** The last position up to `limit`, but at least 1, that does not split a surrogate pair. */
function codePointBoundary(text: string, limit: number): number {
  const isInside = /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(limit - 1, limit + 1));
  return isInside ? (limit > 1 ? limit - 1 : 2) : Math.max(1, limit);
}
