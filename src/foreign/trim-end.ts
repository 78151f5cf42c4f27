/**
 * Removes characters of a class from the end of a text, in linear time. The pattern `/[…]+$/` would take quadratic time
 * on a long run of them in the middle of a text.
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

/** Removes slashes from the end of a URL. */
export function withoutEndSlashes(url: string): string {
  return trimEndOf(url, /\//);
}

/** Where the character that ends at `end` begins; a surrogate pair is one character. */
function startOfLast(text: string, end: number): number {
  const isPair = end > 1 && (text.codePointAt(end - 2) ?? 0) > 0xffff;
  return isPair ? end - 2 : end - 1;
}
