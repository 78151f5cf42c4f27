export const MiB = 1024 * 1024;

/** `unit` repeated up to a length. */
export const fill = (unit, length) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Texts for which careless patterns and loops take extremely long. */
export const worstTexts = {
  'spaces and an x': (length) => `${fill(' ', length - 1)}x`,
  letters: (length) => fill('a', length),
  'lines alone': (length) => fill('\n', length - 1) + 'x',
  'openings of lists': (length) => fill('[list]\n', length),
  'openings of buttons': (length) => fill('[buttons]\n[title]a\n', length),
  'lists that end at once': (length) => fill('[list]\n[/menu]\n', length),
  'one list of rows': (length) => `[list]\n${fill('[row]\ntitle: a\n', length - 15)}\n[/menu]`,
  'a header of many lines': (length) => `[list]\n[title]\n${fill('a\n', length - 24)}\n[/menu]`,
  'buttons without end': (length) => `[buttons]\n${fill('[reply]\nid: a\n', length - 10)}`,
  'bold words': (length) => fill('*a* ', length),
  'marks that never close': (length) => fill('*a _b ~c `d ', length),
  'one long marked line': (length) => `*${fill('word ', length - 3)}a*`,
  fences: (length) => fill('``` ', length),
  'beginnings of addresses': (length) => fill('www.', length - 2) + ' x',
  'one joined emoji': (length) => fill('\u{1F469}\u200D', length),
  'carriage returns': (length) => fill('\r', length - 1) + 'x',
  digits: (length) => fill('1', length),
  'digits and points': (length) => fill('1.', length),
  'signs at': (length) => fill('a@', length),
  'exclamation marks and an x': (length) => `${fill('!', length - 1)}x`,
  'slashes and an x': (length) => `${fill('/', length - 1)}x`,
  'at signs': (length) => fill('@', length),
  'capital letters': (length) => fill('A', length),
  underscores: (length) => fill('_', length),
  'words of a refusal': (length) => fill('not phone ', length),
};
