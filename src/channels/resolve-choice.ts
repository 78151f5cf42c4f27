/** One option as the contact saw it. */
export interface ShownOption {
  id: string;
  title: string;
  /** The title as shown, when it was cut or numbered. */
  shown?: string;
}

/**
 * The option a reply means (channels reference 12.5): exact id, then title, then shown title, then its number. Null:
 * the text goes on as free text.
 */
export function resolveChoice<Option extends ShownOption>(text: string, options: Option[]): Option | null {
  const plain = comparable(text);
  if (plain === '') return null;
  return (
    options.find((option) => option.id === text.trim()) ??
    options.find((option) => comparable(option.title) === plain) ??
    options.find((option) => option.shown !== undefined && comparable(option.shown) === plain) ??
    byNumber(plain, options)
  );
}

function byNumber<Option>(plain: string, options: Option[]): Option | null {
  return /^[1-9]\d{0,2}$/.test(plain) ? (options[Number(plain) - 1] ?? null) : null;
}

/** Without accents, case, doubled blanks and trailing punctuation; a text of punctuation alone stays. */
function comparable(text: string): string {
  const bare = text.normalize('NFKC').normalize('NFD').replace(/\p{M}/gu, '');
  const flat = bare.toLowerCase().replace(/\s+/g, ' ').trim();
  return flat.replace(/[\p{P}\s]+$/u, '') || flat;
}
