/** A text to search for whole words. Each character is classified once, however many names are searched for. */
export interface WordText {
  text: string;
  /** For each UTF-16 unit: whether its character is part of a word. */
  isWord: boolean[];
}

const WORD = /[\p{L}\p{N}_]/u;

/** Prepares a text for `wholeWordAt`. */
export function wordText(text: string): WordText {
  const isWord = [...text].flatMap((character) =>
    Array.from({ length: character.length }, () => WORD.test(character)),
  );
  return { text, isWord };
}

/** Position of the first occurrence of a name as a whole word, from `from` on; -1 when there is none. */
export function wholeWordAt({ text, isWord }: WordText, name: string, from = 0): number {
  let at = text.indexOf(name, from);
  while (at >= 0 && (isWord[at - 1] === true || isWord[at + name.length] === true))
    at = text.indexOf(name, at + 1);
  return at;
}

/** Overwrites part of the text with a comma and spaces, so that all positions stay valid. */
export function cutOut(words: WordText, at: number, length: number): void {
  words.text = words.text.slice(0, at) + ','.padEnd(length) + words.text.slice(at + length);
  words.isWord.fill(false, at, at + length);
}
