import { randomUUID } from 'node:crypto';
import { knownZone, offsetMinutes } from '../clock.js';

/** Longest arguments of a call, as JSON. These functions cannot be interrupted, but take time linear in the length. */
const MAX_JSON = 1_000_000;
/** Lower, because formatting checks every language in a list. */
const MAX_FORMAT_JSON = 1_000;
/** Parsing a host name with characters beyond ASCII takes quadratic time. */
const MAX_URL = 8_192;

type HostFunction = (args: unknown[], timeZone: string) => unknown;

const URL_PARTS = [
  ...(['href', 'protocol', 'username', 'password', 'host', 'hostname'] as const),
  ...(['port', 'pathname', 'search', 'hash'] as const),
];

const functions = new Map<string, HostFunction>([
  ['offsetMinutes', ([atMs], timeZone) => offsetAt(Number(atMs), timeZone)],
  [
    'formatLocal',
    ([kind, value, ...how], timeZone) => formatLocal(String(kind), Number(value), how, timeZone),
  ],
  ['randomUuid', () => randomUUID()],
  ['btoa', ([text]) => btoa(String(text))],
  ['atob', ([text]) => atob(String(text))],
  [
    'readUrl',
    ([address, base]) => partsOf(new URL(shortUrl(address), base === null ? undefined : shortUrl(base))),
  ],
  ['changeUrl', ([href, part, value]) => changeUrl(new URL(shortUrl(href)), part, shortUrl(value))],
  ['readQuery', ([text]) => [...new URLSearchParams(String(text))]],
  ['writeQuery', ([pairs]) => new URLSearchParams(pairs as [string, string][]).toString()],
  ['encode', ([text]) => Buffer.from(String(text)).toString('latin1')],
  ['encodingOf', ([label]) => new TextDecoder(String(label)).encoding],
  [
    'decode',
    ([label, options, bytes]) => decode(String(label), options as TextDecoderOptions, String(bytes)),
  ],
]);

/**
 * Answers a call from `browser/*.js`. Arguments are a JSON array; the answer is JSON, `{value}` or `{error: {name,
 * message}}`. All functions are pure, apart from the random id. Arguments come from the script and are not trusted.
 */
export function answerHost(name: string, json: string, timeZone: string): string {
  try {
    const limit = name === 'formatLocal' ? MAX_FORMAT_JSON : MAX_JSON;
    if (json.length > limit) throw new RangeError('the argument is too long');
    const args: unknown = JSON.parse(json);
    return JSON.stringify({ value: functions.get(name)?.(Array.isArray(args) ? args : [], timeZone) });
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : new Error('the call failed');
    return JSON.stringify({ error: { name: kind, message } });
  }
}

function offsetAt(ms: number, timeZone: string): number {
  return Number.isFinite(ms) && Math.abs(ms) < 8e15 ? offsetMinutes(ms, timeZone) : 0;
}

/** Throws a `RangeError` for an unknown language or option, as `Intl` does. */
function formatLocal(kind: string, value: number, [locale, options]: unknown[], timeZone: string): string {
  const locales = (locale ?? 'pt-BR') as string | string[];
  const given = (options ?? {}) as Intl.DateTimeFormatOptions & Intl.NumberFormatOptions;
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

function shortUrl(value: unknown): string {
  const text = String(value);
  if (text.length > MAX_URL) throw new RangeError('the address is too long');
  return text;
}

function partsOf(url: URL): Record<string, string> {
  const parts = URL_PARTS.map((part) => [part, url[part]]);
  return Object.fromEntries([...parts, ['origin', url.origin]]);
}

function changeUrl(url: URL, part: unknown, value: string): Record<string, string> {
  const known = URL_PARTS.find((name) => name === part);
  if (known !== undefined) url[known] = value;
  return partsOf(url);
}

function decode(label: string, options: TextDecoderOptions, bytes: string): string {
  return new TextDecoder(label, options).decode(Buffer.from(bytes, 'latin1'));
}
