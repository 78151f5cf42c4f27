import { asciiDigits, plainWords } from './plain-words.js';

/** Words that people put before the number they choose or give, in Portuguese, Spanish and English. */
const BEFORE = new RegExp(
  String.raw`^(?:(?:eu |yo |i |i'd )?(?:quero|escolho|prefiro|dou|daria|quiero|elijo|escojo|doy|le doy|daria|want|choose|pick|take|give(?: it)?|would give|prefer)\s+)?` +
    String.raw`(?:(?:a|o|as|os|la|el|las|los|the|um|uma|un|una|an?)\s+)?` +
    String.raw`(?:(?:opcao|opcion|option|alternativa|alternative|numero|number|num|nota|item|escolha|resposta|respuesta|score|rating|grade|puntuacion|calificacion|pontuacao|n[o.º°]*)(?:\s+(?:numero|number|de|n[o.º°]*))?\s*[:#-]?\s*)?`,
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
].map((words) => new RegExp(`^(?:${words.join('|')})(?:\\s+(?:opcao|opcion|option|alternativa|one|item))?$`));

/** `opção 2`, `a 2`, `2ª`, `nota 10`, `option 2` as the number said; undefined for anything else and for bare digits. */
export function spokenNumber(text: string): string | undefined {
  const said = spoken(text);
  const number = /^(\d{1,4})\s*(?:[ao]|[.)])?$/.exec(said)?.[1];
  return number === undefined || said === plain(text) ? ordinalDigits(text) : number;
}

/** `a segunda`, `second one` as a place from 1 on. Weekdays and months may be meant as well: options come first. */
export function spokenPlace(text: string): number | undefined {
  const said = spoken(text);
  const index = ORDINALS.findIndex((ordinal) => ordinal.test(said));
  return index < 0 ? undefined : index + 1;
}

function ordinalDigits(text: string): string | undefined {
  return /^\s*(\d{1,2})\s*[ªºao]\s*[.!]*$/iu.exec(asciiDigits(text.replace(/[ªº]/g, 'a')))?.[1];
}

function plain(text: string): string {
  return plainWords(asciiDigits(text))
    .replace(/[.!?]+$/, '')
    .trim();
}

function spoken(text: string): string {
  return plain(text).replace(BEFORE, '').trim();
}
