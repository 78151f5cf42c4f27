import { isAscii, isUtf8, transcode } from 'node:buffer';
import { hasTooManyValues, MAX_JSON_VALUES, measureJson } from './input-bounds.js';
import { MAX_DEPTH, storable } from './storable.js';

/** Deeper than what may be stored, so that a batch with one event that is too deep loses only that event. */
const READ_DEPTH = 2 * MAX_DEPTH;

/**
 * Parses JSON of another program into a value that can be stored (see `storable`). All answers of servers and webhooks
 * of providers are read by it. Undefined for what is not JSON or not UTF-8, or has more than `MAX_JSON_VALUES` values.
 */
export function readJson(json: Uint8Array | string): unknown {
  const bytes = bytesOf(json);
  const { values, depth, hasUnits } = measureJson(bytes);
  if (values > MAX_JSON_VALUES) return undefined;
  const value = parsed(decodeUtf8(hasUnits ? storableEscapes(bytes) : bytes));
  // All texts in it can be stored by now; only its depth is left to check.
  return depth <= READ_DEPTH ? value : storable(value, READ_DEPTH);
}

/** UTF-8 bytes of a JSON text. Bytes are not copied; in a string, halves of surrogate pairs become U+FFFD. */
function bytesOf(json: Uint8Array | string): Buffer {
  return typeof json === 'string'
    ? Buffer.from(json)
    : Buffer.from(json.buffer, json.byteOffset, json.length);
}

const [BACKSLASH, LETTER_U] = [0x5c, 0x75];

/**
 * Replaces the escapes of a NUL or of half a surrogate pair by those of U+FFFD; in UTF-8 there is no other way to write
 * either. Overwrites them in one copy, because a hostile text may consist of a million of them.
 */
function storableEscapes(json: Buffer): Buffer {
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

/** Byte by byte, which for four bytes is faster than `Buffer.set`. */
function overwrite(bytes: Buffer, from: number): void {
  for (let place = 0; place < 4; place += 1) bytes[from + place] = REPLACEMENT[place] ?? 0;
}

/** The UTF-16 unit that `\uXXXX` at this position represents; -1 when there is no such escape. */
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

/** Parses JSON without making it storable, so that a caller can be told what is wrong. Undefined as in `readJson`. */
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
 * Decodes UTF-8 without its byte order mark; undefined when the bytes are not UTF-8. By way of UTF-16, which is several
 * times faster than a `TextDecoder` for text that is not all ASCII.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const buffer = bytesOf(bytes);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (!isUtf8(buffer)) return undefined;
  const text = transcode(buffer, 'utf8', 'utf16le').toString('utf16le');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
