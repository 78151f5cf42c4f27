/** Formatting marks that may precede a label's own number: `*1* - Sales`. */
const FORMAT = /^[*_~\s]+/;
const KEYCAPS = /^((?:\d\ufe0f?\u20e3)+|🔟)/u;
const CIRCLED = /^[①-⑳]/u;
const DIGITS = /^[([#]?\s*(\d{1,3})[*_~]*\s*(?:[.)\]:ºª°]|[-–—](?=[\s\p{L}*_~]))[*_~]*\s*(?=[^\s\d])/u;
const LETTER = /^[([]?([a-z])[*_~]*(?:[)\].:]|\s+[-–—])[*_~]*\s+(?=\S)/iu;

/**
 * What people type to choose each of the options shown in this order: the number or letter that its label begins with
 * (`isOwn`, so that it is not numbered a second time), else its position. Numbers in labels count if at least two
 * labels have one (or the only label does) and no two are equal; letters count if they run from A on without a gap.
 */
export function optionKeys(labels: string[]): { key: string; isOwn: boolean }[] {
  const numbers = distinct(labels.map(ownNumber));
  const own = numbers ?? letters(labels);
  const taken = new Set(own?.filter((key) => key !== undefined));
  let place = 0;
  return labels.map((_, index) => {
    const key = own?.[index];
    if (key !== undefined) return { key, isOwn: true };
    if (!own) return { key: String(index + 1), isOwn: false };
    do place += 1;
    while (taken.has(String(place)));
    return { key: String(place), isOwn: false };
  });
}

/** A label without the number or letter that it begins with. */
export function withoutOwnMark(label: string): string {
  const plain = label.replace(FORMAT, '');
  const mark = [KEYCAPS, CIRCLED, DIGITS, LETTER].map((form) => form.exec(plain)?.[0]).find(Boolean);
  return mark === undefined ? label : plain.slice(mark.length).replace(/^\s*[-–—.:)]?\s*/, '');
}

function ownNumber(label: string): string | undefined {
  const plain = label.replace(FORMAT, '');
  const keycaps = KEYCAPS.exec(plain)?.[1];
  if (keycaps !== undefined) return keycaps === '🔟' ? '10' : String(Number(keycaps.replace(/[^\d]/g, '')));
  const written = CIRCLED.exec(plain)?.[0].normalize('NFKC') ?? DIGITS.exec(plain)?.[1];
  return written === undefined ? undefined : String(Number(written));
}

function distinct(keys: (string | undefined)[]): (string | undefined)[] | undefined {
  const found = keys.filter((key) => key !== undefined);
  const isMarked = found.length >= Math.min(2, keys.length) && found.length > 0;
  return isMarked && new Set(found).size === found.length ? keys : undefined;
}

/** Letters count only if all labels continue the run: "A. Silva" and "B. Costa" may as well be names. */
function letters(labels: string[]): string[] | undefined {
  const found = labels.map((label) => LETTER.exec(label.replace(FORMAT, ''))?.[1]?.toLowerCase());
  const isRun =
    found.length > 1 && found.every((letter, index) => letter === String.fromCharCode(97 + index));
  return isRun ? found.filter((letter) => letter !== undefined) : undefined;
}
