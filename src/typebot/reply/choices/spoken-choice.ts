import type { FlowSettings } from '../../../../activities/ports/typebot.js';
import { numberInWords } from '../number-words.js';
import { asciiDigits, plainWords } from '../plain-words.js';
import { trimEndOf } from '../../../foreign/trim-end.js';

/** What people say before the number they choose or give, in Portuguese, Spanish and English. */
const BEFORE = new RegExp(
  String.raw`^(?:(?:eu |yo |i |i'd )?(?:quero|escolho|prefiro|dou|daria|quiero|elijo|escojo|doy|le doy|daria|want|choose|pick|take|give(?: it)?|would give|prefer)\s+)?` +
    String.raw`(?:(?:a|o|as|os|la|el|las|los|the|um|uma|un|una|an?)\s+)?` +
    String.raw`(?:(?:opcao|opcion|option|alternativa|alternative|numero|number|num|nota|item|escolha|resposta|respuesta|score|rating|grade|puntuacion|calificacion|pontuacao|n[o.º°]*)(?![a-z])(?:\s+(?:numero|number|de|n[o.º°]*)(?![a-z]))?\s*[:#-]?\s*)?`,
);

const ORDINALS = [
  ['primeir[ao]', 'primer[ao]?', 'first', '1st'],
  ['segund[ao]', 'second', '2nd'],
  ['terceir[ao]', 'tercer[ao]?', 'third', '3rd'],
  ['quart[ao]', 'cuart[ao]', 'fourth', '4th'],
  ['quint[ao]', 'fifth', '5th'],
  ['sext[ao]', 'sixth', '6th'],
  ['setim[ao]', 'septim[ao]', 'seventh', '7th'],
  ['oitav[ao]', 'octav[ao]', 'eighth', '8th'],
  ['non[ao]', 'noven[ao]', 'ninth', '9th'],
  ['decim[ao]', 'tenth', '10th'],
].map((words) => ordinal(words.join('|')));
const LAST = ordinal('ultim[ao]|last');

function ordinal(words: string): RegExp {
  return new RegExp(`^(?:${words})(?:\\s+(?:opcao|opcion|option|alternativa|one|item))?$`);
}

/** The number in `opção 2`, `a 2`, `2ª`, `nota dez` or `two`; undefined for anything else, and for bare digits. */
export function spokenNumber(text: string, locale?: FlowSettings['locale']): string | undefined {
  const said = spoken(text);
  const number = /^(\d{1,4})\s*(?:[ao]|[.)])?$/.exec(said)?.[1];
  if (number !== undefined && said !== plain(text)) return number;
  return (
    ordinalDigits(text) ??
    numberInWords(said, locale)?.toString() ??
    numberInWords(plain(text), locale)?.toString()
  );
}

/** A reply without the words before its number: `nota 8,5` becomes `8,5`. */
export function withoutLead(text: string): string {
  return spoken(text);
}

/**
 * Index for `Array.at`: 1 for `a segunda` or `second one`, -1 for `the last`. Portuguese ordinals are weekdays too, so
 * options with such labels are matched before.
 */
export function spokenIndex(text: string): number | undefined {
  const said = spoken(text);
  if (LAST.test(said)) return -1;
  const index = ORDINALS.findIndex((ordinal) => ordinal.test(said));
  return index < 0 ? undefined : index;
}

function ordinalDigits(text: string): string | undefined {
  return /^\s*(\d{1,2})\s*[ªºao]\s*[.!]*$/iu.exec(asciiDigits(text.replace(/[ªº]/g, 'a')))?.[1];
}

function plain(text: string): string {
  return trimEndOf(plainWords(asciiDigits(text)), /[.!?]/).trim();
}

function spoken(text: string): string {
  return plain(text).replace(BEFORE, '').trim();
}
