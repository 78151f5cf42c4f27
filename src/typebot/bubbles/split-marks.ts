const FENCE = '```';
/** Text between a pair of marks as WhatsApp recognises it: within one line. */
const SPANS = ['*', '_', '~', '`'].map((mark) => ({
  mark,
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}${mark}])[${mark}](?=[^\\s${mark}])[^${mark}\\n]*(?<=\\S)[${mark}](?![\\p{L}\\p{N}])`,
    'gu',
  ),
}));

/**
 * Returns a function that gives the WhatsApp marks open at a position of the text, outermost first. A code block may
 * span lines, all other marks close on their line. Scans the text once; each position is then a binary search.
 */
export function markFinder(text: string): (position: number) => string[] {
  const fences = placesOf(FENCE, text);
  const spans = SPANS.filter(({ mark }) => text.includes(mark)).map(({ mark, pattern }) => {
    const found = [...text.matchAll(pattern)];
    const opens = found.map(({ index }) => index);
    return { mark, opens, closes: found.map(({ index, 0: span }) => index + span.length - 1) };
  });
  return (position) => {
    if (countBelow(fences, position - FENCE.length + 1) % 2 === 1) return [FENCE];
    return spans
      .map(({ mark, opens, closes }) => ({ mark, at: countBelow(opens, position) - 1, opens, closes }))
      .filter(({ at, closes }) => at >= 0 && (closes[at] ?? -1) >= position)
      .sort((a, b) => (a.opens[a.at] ?? 0) - (b.opens[b.at] ?? 0))
      .map(({ mark }) => mark);
  };
}

function placesOf(word: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) places.push(at);
  return places;
}

/** How many of the ascending numbers are below the limit. */
function countBelow(ascending: number[], limit: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? Infinity) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
