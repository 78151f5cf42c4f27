import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlowSettings } from '../../../activities/ports/typebot.js';
import { parseNumber } from '../../../src/typebot/reply/number.js';
import { writtenNumber } from '../../../src/typebot/number-format.js';
import { textBubble } from '../../support/typebot/stand-in.js';
import {
  contents,
  replyTo,
  sentText,
  show,
  shownTexts,
  surfaces,
  wordsOfContent,
  type Setting,
} from '../../support/typebot/rendering.js';

type Locale = FlowSettings['locale'];

/** The recordings' clock shows 20 November, which leaves no doubt; this is 5 March 2027, 09:05. */
const DOUBTFUL_MS = Date.UTC(2027, 2, 5, 9, 5);

const asking = (type: string, options: Record<string, unknown>, setting: Setting = {}) => ({
  hint: contents(show({ messages: [textBubble('q', 'Q?')], input: { id: 'i', type, options } }, setting)).map(
    (content) => wordsOfContent(content).replace('Q?\n', ''),
  )[0],
  answer: (text: string) => sentText(replyTo({ id: 'i', type, options }, text, setting)),
  shown: (text: string) => replyTo({ id: 'i', type, options }, text, setting),
});
const date = (options: Record<string, unknown>, locale: Locale, setting: Setting = {}) =>
  asking('date input', options, { ...setting, settings: { locale, ...setting.settings } });

describe('a date is read in the order of its hint', () => {
  // What "03/05/2027" is sent as, in the order of the engine: the block's.
  test.each([
    ['pt-BR', undefined, 'Por exemplo 20/11/2026', '03/05/2027'],
    ['pt-BR', 'dd/MM/yyyy', 'Por exemplo 20/11/2026', '03/05/2027'],
    ['pt-BR', 'MM/dd/yyyy', 'Por exemplo 11/20/2026', '03/05/2027'],
    ['pt-BR', 'M-d-yy', 'Por exemplo 11/20/2026', '03/05/2027'],
    ['pt-BR', 'd/M/yyyy', 'Por exemplo 20/11/2026', '05/03/2027'],
    ['pt-BR', "EEEE, d 'de' MMMM", 'Por exemplo 20/11/2026', '05/03/2027'],
    ['pt-BR', 'yyyy-MM-dd', 'Por exemplo 20/11/2026', '05/03/2027'],
    ['es', 'yyyy/MM/dd', 'Por ejemplo 20/11/2026', '05/03/2027'],
    ['es', 'MMMM do, yyyy', 'Por ejemplo 11/20/2026', '03/05/2027'],
    ['en', undefined, 'For example 20/11/2026', '03/05/2027'],
    ['en', 'MM/dd/yyyy', 'For example 11/20/2026', '03/05/2027'],
    ['en', 'dd.MM.yyyy', 'For example 20/11/2026', '03/05/2027'],
    ['en', 'yyyy-MM-dd', 'For example 11/20/2026', '03/05/2027'],
  ] as const)('%s, format %s', (locale, format, hint, sent) => {
    const asked = date({ format }, locale);
    expect(asked.hint).toBe(hint);
    expect(asked.answer('03/05/2027')).toBe(sent);
    expect(asked.answer('3.5.27')).toBe(sent);
  });

  test('with a day above 12, or as an ISO date, whatever the hint says', () => {
    const asked = date({ format: 'MM/dd/yyyy' }, 'pt-BR');
    expect(asked.answer('28/11/2026')).toBe('11/28/2026');
    expect(asked.answer('2026-12-03')).toBe('12/03/2026');
  });

  test('also where only the other order lies within the limits: the flow refuses', () => {
    const asked = date({ format: 'MM/dd/yyyy', min: '2026-11-20', max: '2027-01-31' }, 'en');
    expect(asked.shown('10/12/2026')).toEqual({
      ...{ type: 'send', passedOn: true },
      message: { type: 'text', text: '10/12/2026' },
    });
  });

  test('ranges, both ends', () => {
    const asked = date({ format: 'MM/dd/yyyy', isRange: true }, 'pt-BR');
    expect(asked.hint).toBe('Por exemplo De: 11/20/2026 Até: 11/21/2026');
    expect(asked.answer('03/05/2027 a 04/05/2027')).toBe('03/05/2027 to 04/05/2027');
  });

  test('without a hint Portuguese is read day first, and English is asked', () => {
    const settings = { inputHints: false };
    expect(date({ format: 'MM/dd/yyyy' }, 'pt-BR', { settings }).answer('03/05/2027')).toBe('05/03/2027');
    for (const format of ['MM/dd/yyyy', 'dd/MM/yyyy']) {
      const asked = date({ format }, 'en', { settings });
      expect(shownTexts(asked.shown('03/05/2027'))).toEqual(['Which date do you mean?']);
    }
  });

  test('an author’s placeholder is no hint of ours', () => {
    const asked = date({ format: 'MM/dd/yyyy', labels: { placeholder: 'When?' } }, 'pt-BR');
    expect(asked.hint).toBe('When?');
    expect(asked.answer('03/05/2027')).toBe('05/03/2027');
  });

  test('an example that does not show the order says it', () => {
    const nowMs = DOUBTFUL_MS;
    expect(date({}, 'pt-BR', { nowMs }).hint).toBe('Por exemplo 05/03/2027, dia/mês/ano');
    expect(date({ format: 'MM/dd/yyyy' }, 'es', { nowMs }).hint).toBe('Por ejemplo 03/05/2027, mes/día/año');
    expect(date({ min: '2027-04-02', isRange: true }, 'en', { nowMs }).hint).toBe(
      'For example From: 02/04/2027 To: 03/04/2027, day/month/year (from 02/04/2027)',
    );
  });
});

describe('the example of a date lies inside the limits', () => {
  test.each([
    [{ min: '2027-05-20' }, '20/05/2027 (from 20/05/2027)'],
    [{ max: '2020-02-29' }, '29/02/2020 (until 29/02/2020)'],
    [{ min: '2026-11-20', max: '2026-11-20' }, '20/11/2026 (from 20/11/2026 to 20/11/2026)'],
    [{ min: '2026-13-45' }, '20/11/2026'],
    [{ min: 'tomorrow', max: 7 }, '20/11/2026'],
    [{ hasTime: true, max: '2026-11-20T18:00' }, '20/11/2026 18:00 (until 20/11/2026 18:00)'],
    [{ hasTime: true, min: '2026-11-21 08:30' }, '21/11/2026 08:30 (from 21/11/2026 08:30)'],
    [{ hasTime: true, min: '2026-11-25' }, '25/11/2026 23:46 (from 25/11/2026)'],
    [{ min: '2026-11-25T08:30' }, '25/11/2026 (from 25/11/2026)'],
  ])('%j', (options, hint) => {
    expect(date(options, 'en').hint).toBe(`For example ${hint}`);
  });

  test.each([
    [{ min: '2027-05-20' }, 'From: 20/05/2027 To: 21/05/2027 (from 20/05/2027)'],
    [{ max: '2026-11-20' }, 'From: 19/11/2026 To: 20/11/2026 (until 20/11/2026)'],
    [
      { min: '2026-11-20', max: '2026-11-20' },
      'From: 20/11/2026 To: 20/11/2026 (from 20/11/2026 to 20/11/2026)',
    ],
  ])('of a range with %j', (limits, hint) => {
    expect(date({ isRange: true, ...limits }, 'en').hint).toBe(`For example ${hint}`);
  });

  test('and is read as the date that it shows', () => {
    const day = fc
      .date({ min: new Date('1950-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
      .map((time) => time.toISOString().slice(0, 10));
    const limits = fc.tuple(day, day).map((days) => days.sort());
    const formats = fc.constantFrom(undefined, 'MM/dd/yyyy', 'd/M/yyyy', 'yyyy-MM-dd', 'MM/dd/yyyy hh:mm a');
    const locales = fc.constantFrom<Locale>('pt-BR', 'en', 'es');
    fc.assert(
      fc.property(limits, formats, locales, fc.boolean(), ([min = '', max = ''], format, locale, hasTime) => {
        const asked = date({ format, min, max, hasTime }, locale);
        const example = /\d{2}\/\d{2}\/\d{4}(?: \d+:\d{2}(?: [AP]M)?)?/.exec(asked.hint ?? '')?.[0] ?? '';
        const sent = /^(\d\d)\/(\d\d)\/(\d{4})/.exec(asked.answer(example) ?? '') ?? [];
        const isDayFirst = format === undefined;
        const iso = [sent[3], sent[isDayFirst ? 2 : 1], sent[isDayFirst ? 1 : 2]].join('-');
        expect(iso >= min && iso <= max).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('hours are read as the hint shows them', () => {
  const time = (format: string | undefined) => asking('time input', { format });

  test.each([undefined, 'HH:mm', 'H:mm', "HH'h'mm"])('format %s: of 24', (format) => {
    expect(time(format).hint).toBe('For example 14:30');
    expect(time(format).answer('5:30')).toBe('05:30');
    expect(time(format).answer('at 9')).toBe('09:00');
  });

  test.each(['hh:mm a', 'h:mm aa', 'K:mm b'])('format %s: of 12, asked where the half is open', (format) => {
    const { hint, shown } = time(format);
    expect(hint).toBe('For example 2:30 PM');
    const decision = shown('5:30');
    expect(decision).toMatchObject({
      items: [
        {
          type: 'buttons',
          body: 'Which time do you mean?',
          buttons: [{ title: '5:30 AM' }, { title: '5:30 PM' }],
        },
      ],
    });
    const open = decision.type === 'show' ? decision.openInput : undefined;
    expect(open && sentText(replyTo(open, '2'))).toBe('17:30');
    expect(open && sentText(replyTo(open, '5:30 am'))).toBe('05:30');
    expect(open && sentText(replyTo(open, '6pm'))).toBe('18:00');
  });

  test.each([
    ['5:30 pm', '17:30'],
    ['5:30 p.m.', '17:30'],
    ['17:30', '17:30'],
    ['0:15', '00:15'],
    ['8 da manhã', '08:00'],
    ['noon', '12:00'],
    ['midday', '12:00'],
    ['meia-noite', '00:00'],
    ['9h', '09:00'],
    ['now', '23:46'],
  ])('of 12: %s leaves nothing open', (text, sent) => {
    expect(time('hh:mm a').answer(text)).toBe(sent);
  });

  test('of a date with a time as well', () => {
    const asked = date({ hasTime: true, format: 'MM/dd/yyyy hh:mm a' }, 'en');
    expect(asked.hint).toBe('For example 11/20/2026 11:46 PM');
    expect(asked.answer('11/21/2026 5:30 PM')).toBe('11/21/2026 17:30');
    expect(asked.answer('11/21/2026 17:30')).toBe('11/21/2026 17:30');
    expect(asked.answer('11/21/2026')).toBe('11/21/2026');
    const decision = asked.shown('11/21/2026 5:30');
    expect(decision).toMatchObject({
      items: [
        {
          sections: [
            { rows: [{ title: '21 November 2026 5:30 AM' }, { title: '21 November 2026 5:30 PM' }] },
          ],
        },
      ],
      openInput: { readings: [{ value: '11/21/2026 05:30' }, { value: '11/21/2026 17:30' }] },
    });
  });

  test('a half that the limits exclude is not asked for', () => {
    const asked = date({ hasTime: true, format: 'MM/dd/yyyy hh:mm a', min: '2026-11-21T09:00' }, 'en');
    expect(asked.answer('11/21/2026 5:30')).toBe('11/21/2026 17:30');
  });
});

describe('numbers are written as they are read', () => {
  test.each(['pt-BR', 'en', 'es'] as const)('in %s, whatever the limit', (locale) => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (limit) => {
        fc.pre(Math.abs(limit) >= 1e-3);
        expect(Number(parseNumber(writtenNumber(limit, locale), locale))).toBe(limit);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [{ min: 0.0000001 }, 'Number from 0.0000001 up'],
    [{ max: 1e21 }, 'Number up to 1000000000000000000000'],
    [{ step: 1 }, 'Reply with a number'],
    [{ step: 2.5 }, 'Reply with a number, in steps of 2.5'],
  ])('with %j', (options, hint) => {
    expect(asking('number input', options).hint).toBe(hint);
  });

  test('a mark that could part thousands or fractions means what it means in the hint', () => {
    const limits = { min: 0.5, max: 2000 };
    const settings = { locale: 'pt-BR' as const };
    const [portuguese, english] = [
      asking('number input', limits, { settings }),
      asking('number input', limits),
    ];
    expect([portuguese.hint, english.hint]).toEqual(['Número de 0,5 a 2000', 'Number from 0.5 to 2000']);
    expect([portuguese.answer('1.500'), portuguese.answer('1,500')]).toEqual(['1500', '1.5']);
    expect([english.answer('1.500'), english.answer('1,500')]).toEqual(['1.5', '1500']);
  });
});

test('the api surfaces show no hint, so that English is asked', () => {
  const asked = date({ format: 'MM/dd/yyyy' }, 'en', { surface: surfaces.api });
  expect(shownTexts(asked.shown('03/05/2027'))).toEqual(['Which date do you mean?']);
});
