import type { FlowSettings } from '../../../activities/ports/typebot.js';

/** Portuguese, Spanish and English words, without accents. */
const VALUES: [number, string][] = [
  [0, 'zero cero'],
  [1, 'um uma un una uno one'],
  [2, 'dois duas dos two'],
  [3, 'tres three'],
  [4, 'quatro cuatro four'],
  [5, 'cinco five'],
  [6, 'seis six'],
  [7, 'sete siete seven'],
  [8, 'oito ocho eight'],
  [9, 'nove nueve nine'],
  [10, 'dez diez ten'],
  [11, 'onze eleven'],
  [12, 'doze doce twelve'],
  [13, 'treze trece thirteen'],
  [14, 'quatorze catorze catorce fourteen'],
  [15, 'quinze quince fifteen'],
  [16, 'dezesseis dezasseis dieciseis sixteen'],
  [17, 'dezessete dezassete diecisiete seventeen'],
  [18, 'dezoito dieciocho eighteen'],
  [19, 'dezenove dezanove diecinueve nineteen'],
  [20, 'vinte veinte twenty'],
  [21, 'veintiun veintiuna veintiuno'],
  [22, 'veintidos'],
  [23, 'veintitres'],
  [24, 'veinticuatro'],
  [25, 'veinticinco'],
  [26, 'veintiseis'],
  [27, 'veintisiete'],
  [28, 'veintiocho'],
  [29, 'veintinueve'],
  [30, 'trinta treinta thirty'],
  [40, 'quarenta cuarenta forty'],
  [50, 'cinquenta cincuenta fifty'],
  [60, 'sessenta sesenta sixty'],
  [70, 'setenta seventy'],
  [80, 'oitenta ochenta eighty'],
  [90, 'noventa ninety'],
  [100, 'cem cento cien ciento'],
  [200, 'duzentos duzentas doscientos doscientas'],
  [300, 'trezentos trezentas trescientos trescientas'],
  [400, 'quatrocentos quatrocentas cuatrocientos cuatrocientas'],
  [500, 'quinhentos quinhentas quinientos quinientas'],
  [600, 'seiscentos seiscentas seiscientos seiscientas'],
  [700, 'setecentos setecentas setecientos setecientas'],
  [800, 'oitocentos oitocentas ochocientos ochocientas'],
  [900, 'novecentos novecentas novecientos novecientas'],
];
const WORDS: ReadonlyMap<string, number> = new Map(
  VALUES.flatMap(([value, words]) => words.split(' ').map((word): [string, number] => [word, value])),
);
const THOUSAND = /^(?:mil|thousand)$/;
/** No number below a million has more words. */
const MAX_WORDS = 12;

/**
 * The whole number below a million that a text in `plainWords` spells, with nothing around it: `dez`, `vinte e cinco`,
 * `two hundred and six`. `once` is 11 in Spanish only.
 */
export function numberInWords(words: string, locale?: FlowSettings['locale']): number | undefined {
  const said = words.split(/[\s-]+/).filter((word) => word !== '');
  if (said.length === 0 || said.length > MAX_WORDS) return undefined;
  const split = said.findIndex((word) => THOUSAND.test(word));
  if (split < 0) return belowThousand(said, locale);
  const thousands = split === 0 ? 1 : belowThousand(said.slice(0, split), locale);
  const rest = said.slice(split + 1);
  const ones = rest.length === 0 ? 0 : belowThousand(rest, locale);
  return thousands && ones !== undefined ? thousands * 1000 + ones : undefined;
}

/** Every part must fit behind the one before it: tens or units after hundreds, units after tens. */
function belowThousand(words: string[], locale: FlowSettings['locale'] | undefined): number | undefined {
  const parts = partsOf(words, locale);
  if (parts === undefined || parts.length === 0) return undefined;
  const isInOrder = parts.every(
    (part, index) => index === 0 || (part > 0 && part < roomAfter(parts[index - 1])),
  );
  return isInOrder ? parts.reduce((sum, part) => sum + part, 0) : undefined;
}

function partsOf(words: string[], locale: FlowSettings['locale'] | undefined): number[] | undefined {
  const parts: number[] = [];
  for (const word of words.filter((one) => !/^(?:e|y|and|a)$/.test(one))) {
    const value = word === 'once' && locale === 'es' ? 11 : WORDS.get(word);
    const hundreds = word === 'hundred' ? (parts.pop() ?? 1) : 0;
    if (hundreds > 9 || (value === undefined && hundreds === 0)) return undefined;
    parts.push(value ?? hundreds * 100);
  }
  return parts;
}

function roomAfter(part = 0): number {
  if (part >= 100) return 100;
  return part >= 20 && part % 10 === 0 ? 10 : 0;
}
