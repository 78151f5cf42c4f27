import type { QuickJSContext } from 'quickjs-emscripten';
import { knownZone, offsetMinutes } from './clock.js';

/**
 * A phone-like browser, a `Date` whose local time is the typebot's, and the languages of dates and numbers, which the
 * engine does not know. Its own local time is UTC, so only what differs from UTC is replaced. Needs `provideHost`.
 */
export const BROWSER = `
const navigator = { userAgent: 'Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36', maxTouchPoints: 5, language: 'pt-BR' };
const window = { innerWidth: 390, innerHeight: 844, ontouchstart: null, navigator };
const console = { log() {}, info() {}, warn() {}, error() {}, debug() {} };
globalThis.window = window; globalThis.navigator = navigator; globalThis.console = console;
{
  const Utc = Date;
  const offsetMs = (ms) => offsetMinutes(ms) * 60000;
  const shifted = (date) => new Utc(date.getTime() + offsetMs(date.getTime()));
  const toUtc = (localMs) => { const guess = localMs - offsetMs(localMs); return localMs - offsetMs(guess); };
  const parse = (text) => {
    const ms = Utc.parse(text);
    const isLocal = !/(Z|[+-]\\d\\d:?\\d\\d|GMT|UTC)\\s*(\\(.*\\))?$/i.test(text) && !/^\\d{4}(-\\d\\d){0,2}$/.test(text);
    return isLocal ? toUtc(ms) : ms;
  };
  globalThis.Date = class Date extends Utc {
    constructor(...args) {
      if (args.length === 0) super();
      else if (args.length > 1) super(toUtc(Utc.UTC(...args)));
      else super(typeof args[0] === 'string' ? parse(args[0]) : args[0]);
    }
    static parse(text) { return parse(String(text)); }
    getTimezoneOffset() { return -offsetMinutes(this.getTime()); }
    toString() { return shifted(this).toISOString().slice(0, 19).replace('T', ' '); }
    toDateString() { return shifted(this).toISOString().slice(0, 10); }
    toTimeString() { return shifted(this).toISOString().slice(11, 19); }
  };
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    Date.prototype['get' + part] = function () { return shifted(this)['getUTC' + part](); };
    if (part !== 'Day') Date.prototype['set' + part] = function (...args) {
      const local = shifted(this);
      local['setUTC' + part](...args);
      return this.setTime(toUtc(local.getTime()));
    };
  }
  const inWords = (kind) => function (locale, options) {
    return formatLocal(kind, Number(this), JSON.stringify(locale ?? navigator.language), JSON.stringify(options ?? {}));
  };
  for (const [name, kind] of [['toLocaleString', 'both'], ['toLocaleDateString', 'date'], ['toLocaleTimeString', 'time']])
    Date.prototype[name] = inWords(kind);
  Number.prototype.toLocaleString = inWords('number');
  const formatter = (kind) => function (locale, options) {
    return { format: (value = Date.now()) => inWords(kind).call(value, locale, options) };
  };
  globalThis.Intl = { DateTimeFormat: formatter('format'), NumberFormat: formatter('number') };
}
`;

/** What the browser asks of Node: the clock of the zone, and how a language writes dates and numbers. Both are pure. */
export function provideHost(context: QuickJSContext, timeZone: string): void {
  const clock = context.newFunction('offsetMinutes', (atMs) => {
    const ms = context.getNumber(atMs);
    return context.newNumber(Number.isFinite(ms) && Math.abs(ms) < 8e15 ? offsetMinutes(ms, timeZone) : 0);
  });
  const words = context.newFunction('formatLocal', (kind, value, locale, options) => {
    const given = [kind, locale, options].map((handle) => context.getString(handle));
    return context.newString(formatLocal(given, context.getNumber(value), timeZone));
  });
  for (const [name, handle] of Object.entries({ offsetMinutes: clock, formatLocal: words })) {
    context.setProp(context.global, name, handle);
    handle.dispose();
  }
}

/** Throws what `Intl` throws for a language or an option that does not exist: nothing of a script is trusted here. */
function formatLocal([kind, locale = '', options = '']: string[], value: number, timeZone: string): string {
  const locales: string | string[] = JSON.parse(locale);
  const given: Intl.DateTimeFormatOptions & Intl.NumberFormatOptions = JSON.parse(options);
  const [date, dated] = [new Date(value), { timeZone: knownZone(timeZone), ...given }];
  switch (kind) {
    case 'number':
      return value.toLocaleString(locales, given);
    case 'date':
      return date.toLocaleDateString(locales, dated);
    case 'time':
      return date.toLocaleTimeString(locales, dated);
    case 'format':
      return new Intl.DateTimeFormat(locales, dated).format(date);
    default:
      return date.toLocaleString(locales, dated);
  }
}
