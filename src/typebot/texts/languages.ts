import type { FlowSettings } from '../../../activities/ports/typebot.js';
import { english } from './english.js';
import { portuguese } from './portuguese.js';
import { spanish } from './spanish.js';
import type { Texts } from './texts.js';

const tables: Record<FlowSettings['locale'], Texts> = { 'pt-BR': portuguese, en: english, es: spanish };

/** Parley's own texts in a typebot's language. */
export function textsFor(locale: FlowSettings['locale']): Texts {
  return tables[locale];
}

/** A word in all languages, because contacts do not always write in the typebot's. */
export function wordsOfAllLocales(name: 'skipWord' | 'doneWord' | 'moreWord'): string[] {
  return Object.values(tables).map((texts) => texts[name]);
}
