/** Texts in which `{min}`, `{max}` and `{step}` are replaced by the limits. */
export interface NumberWords {
  any: string;
  between: string;
  from: string;
  upTo: string;
  step: string;
}

/** The hint of a number question, in one language. */
export function numberHint(
  { min, max, step }: { min?: string; max?: string; step?: string },
  words: NumberWords,
): string {
  const range =
    min !== undefined && max !== undefined
      ? words.between
      : min !== undefined
        ? words.from
        : max !== undefined
          ? words.upTo
          : words.any;
  return `${range}${step === undefined ? '' : words.step}`
    .replace('{min}', min ?? '')
    .replace('{max}', max ?? '')
    .replaceAll('{step}', step ?? '');
}

/** The hint of a date question, in one language: an example and the limits. */
export function dateHint(
  example: string,
  { min, max }: { min?: string; max?: string },
  [between, from, until]: [string, string, string],
): string {
  const range = min && max ? between : min ? from : max ? until : undefined;
  return range ? `${example} (${range.replace('{min}', min ?? '').replace('{max}', max ?? '')})` : example;
}
