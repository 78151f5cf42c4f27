/**
 * A text without the characters of a class at its end. One pass from the end: the pattern `/[…]+$/` reads a run in the
 * middle of a text once for each of its characters.
 */
export function trimEndOf(text: string, isOfClass: RegExp): string {
  let end = text.length;
  while (end > 0) {
    const start = startOfLast(text, end);
    if (!isOfClass.test(text.slice(start, end))) break;
    end = start;
  }
  return text.slice(0, end);
}

/** An address without the slashes at its end. */
export function withoutEndSlashes(url: string): string {
  return trimEndOf(url, /\//);
}

/** Where the character that ends at `end` begins: a pair of surrogates is one. */
function startOfLast(text: string, end: number): number {
  const isPair = end > 1 && (text.codePointAt(end - 2) ?? 0) > 0xffff;
  return isPair ? end - 2 : end - 1;
}
