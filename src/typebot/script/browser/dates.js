import { call } from './call.js';

/*
 * A `Date` whose local time is in the typebot's time zone, and the localized formats that the engine lacks. The
 * engine's local time is UTC, so only methods whose result differs from UTC are replaced.
 */

const Utc = Date;
const { parse: parseUtc, UTC: utc, now } = Utc;

const offsetMs = (ms) => call('offsetMinutes', ms) * 60_000;
const shifted = (date) => new Utc(date.getTime() + offsetMs(date.getTime()));

function toUtc(localMs) {
  const guess = localMs - offsetMs(localMs);
  return localMs - offsetMs(guess);
}

function parse(text) {
  const ms = parseUtc(text);
  const saysZone = /(Z|[+-]\d\d:?\d\d|GMT|UTC)\s*(\(.*\))?$/i.test(text);
  return saysZone || /^\d{4}(-\d\d){0,2}$/.test(text) ? ms : toUtc(ms);
}

class LocalDate extends Utc {
  static name = 'Date';

  constructor(...args) {
    if (args.length === 0) super();
    else if (args.length > 1) super(toUtc(utc(...args)));
    else super(typeof args[0] === 'string' ? parse(args[0]) : args[0]);
  }
  static parse(text) {
    return parse(String(text));
  }
  getTimezoneOffset() {
    return -call('offsetMinutes', this.getTime());
  }
  toString() {
    return shifted(this).toISOString().slice(0, 19).replace('T', ' ');
  }
  toDateString() {
    return shifted(this).toISOString().slice(0, 10);
  }
  toTimeString() {
    return shifted(this).toISOString().slice(11, 19);
  }
}

for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
  LocalDate.prototype[`get${part}`] = function () {
    return shifted(this)[`getUTC${part}`]();
  };
  if (part === 'Day') continue;
  LocalDate.prototype[`set${part}`] = function (...args) {
    const local = shifted(this);
    local[`setUTC${part}`](...args);
    return this.setTime(toUtc(local.getTime()));
  };
}

function inWords(kind) {
  return function (locale, options) {
    return call('formatLocal', kind, Number(this), locale, options);
  };
}

function formatter(kind) {
  return function (locale, options) {
    return { format: (value = now()) => inWords(kind).call(value, locale, options) };
  };
}

LocalDate.prototype.toLocaleString = inWords('both');
LocalDate.prototype.toLocaleDateString = inWords('date');
LocalDate.prototype.toLocaleTimeString = inWords('time');
Number.prototype.toLocaleString = inWords('number');

export const Intl = { DateTimeFormat: formatter('format'), NumberFormat: formatter('number') };
export { LocalDate };
