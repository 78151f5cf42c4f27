import { isAscii, isUtf8, transcode } from 'node:buffer';
import { hasTooManyValues, MAX_JSON_VALUES, measureJson } from './input-bounds.js';
import { MAX_DEPTH, storable } from './storable.js';

/** Room for what is stored inside of what is read: a batch with one event that is too deep loses that event only. */
const READ_DEPTH = 2 * MAX_DEPTH;

/**
 * JSON of another program as a value that can be stored (`storable`): every answer of a server and every body of a
 * provider is read here. Undefined when it is no JSON or no UTF-8, or has more than `MAX_JSON_VALUES`.
 */
export function readJson(json: Uint8Array | string): unknown {
  const bytes = bytesOf(json);
  const { values, depth } = measureJson(bytes);
  if (values > MAX_JSON_VALUES) return undefined;
  const value = parsed(decodeUtf8(storableEscapes(bytes)));
  // Every text in it can be stored by now: what is left is its depth.
  return depth <= READ_DEPTH ? value : storable(value, READ_DEPTH);
}

/** The same memory, where it is bytes; a text's halves of a pair become `U+FFFD`. */
function bytesOf(json: Uint8Array | string): Buffer {
  return typeof json === 'string'
    ? Buffer.from(json)
    : Buffer.from(json.buffer, json.byteOffset, json.length);
}

const UNSTORABLE = ['\\u0000', '\\ud', '\\uD'];
const [BACKSLASH, LETTER_U] = [0x5c, 0x75];

/**
 * A JSON text without the escapes of a NUL or half a pair, the only ways to write one. They are overwritten where they
 * stand, in a copy: a text of nothing else has a million of them.
 */
function storableEscapes(json: Buffer): Buffer {
  if (!UNSTORABLE.some((escape) => json.includes(escape))) return json;
  const bytes = Buffer.from(json);
  for (let at = bytes.indexOf(BACKSLASH); at >= 0 && at < bytes.length; at += 1) {
    if (bytes[at] !== BACKSLASH) continue;
    const unit = escapedUnit(bytes, at);
    const isPair = isHigh(unit) && isLow(escapedUnit(bytes, at + 6));
    if (!isPair && (unit === 0 || isHigh(unit) || isLow(unit))) overwrite(bytes, at + 2);
    at += unit < 0 ? 1 : isPair ? 11 : 5;
  }
  return bytes;
}

const REPLACEMENT = Buffer.from('fffd');

/** Byte by byte: four bytes are less than a call. */
function overwrite(bytes: Buffer, from: number): void {
  for (let place = 0; place < 4; place += 1) bytes[from + place] = REPLACEMENT[place] ?? 0;
}

/** The UTF-16 unit of `\uXXXX` at a place; -1 where nothing of this form stands. */
function escapedUnit(bytes: Buffer, at: number): number {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LETTER_U) return -1;
  let unit = 0;
  for (let place = at + 2; place < at + 6; place += 1) {
    const digit = hexDigit(bytes[place] ?? 0);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The value as it was written, for a caller who is told what is wrong with it. Undefined as `readJson`. */
export function parseJson(json: Uint8Array | string): unknown {
  const bytes = bytesOf(json);
  return hasTooManyValues(bytes) ? undefined : parsed(decodeUtf8(bytes));
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Bytes as UTF-8, without a byte order mark; undefined when they are something else. By way of UTF-16, which is several
 * times faster than a `TextDecoder` where not all is ASCII.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const buffer = bytesOf(bytes);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (!isUtf8(buffer)) return undefined;
  const text = transcode(buffer, 'utf8', 'utf16le').toString('utf16le');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
