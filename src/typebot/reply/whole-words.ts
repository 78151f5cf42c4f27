/** A text in which names are looked for where they stand as whole words. Every character is looked at once for all names. */
export interface WordText {
  text: string;
  /** Whether the character at each UTF-16 unit is part of a word. */
  isWord: boolean[];
}

const WORD = /[\p{L}\p{N}_]/u;

export function wordText(text: string): WordText {
  const isWord = [...text].flatMap((character) =>
    Array.from({ length: character.length }, () => WORD.test(character)),
  );
  return { text, isWord };
}

/** Where a name stands as a whole word, from a place on; -1 where it does not. */
export function wholeWordAt({ text, isWord }: WordText, name: string, from = 0): number {
  let at = text.indexOf(name, from);
  while (at >= 0 && (isWord[at - 1] === true || isWord[at + name.length] === true))
    at = text.indexOf(name, at + 1);
  return at;
}

/** Puts a comma in the place of some words; every other place stays what it was. */
export function cutOut(words: WordText, at: number, length: number): void {
  words.text = words.text.slice(0, at) + ','.padEnd(length) + words.text.slice(at + length);
  words.isWord.fill(false, at, at + length);
}
