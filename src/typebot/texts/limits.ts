/** `{min}`, `{max}` and `{step}` stand for the limits. */
export interface NumberWords {
  any: string;
  between: string;
  from: string;
  upTo: string;
  step: string;
}

/** Limits of a number in a language's words and with its decimal mark. */
export function numberHint(
  limits: { min?: number; max?: number; step?: number },
  words: NumberWords,
  decimalMark: '.' | ',' = ',',
): string {
  const { min, max, step } = limits;
  const range =
    min !== undefined && max !== undefined
      ? words.between
      : min !== undefined
        ? words.from
        : max !== undefined
          ? words.upTo
          : words.any;
  const steps = step !== undefined && step !== 1 ? words.step : '';
  const written = (value: number | undefined) => String(value).replace('.', decimalMark);
  return `${range}${steps}`
    .replace('{min}', written(min))
    .replace('{max}', written(max))
    .replaceAll('{step}', written(step));
}

/** An example of a date with its limits, in a language's words. */
export function dateHint(
  example: string,
  { min, max }: { min?: string; max?: string },
  [between, from, until]: [string, string, string],
): string {
  const range = min && max ? between : min ? from : max ? until : undefined;
  return range ? `${example} (${range.replace('{min}', min ?? '').replace('{max}', max ?? '')})` : example;
}
