import { DOMException } from './call.js';

export function structuredClone(value, seen = new Map()) {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new DOMException(`A ${typeof value} could not be cloned`, 'DataCloneError');
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const copy = emptyCopy(value);
  seen.set(value, copy);
  const inner = (part) => structuredClone(part, seen);
  if (value instanceof Map) for (const [key, held] of value) copy.set(inner(key), inner(held));
  else if (value instanceof Set) for (const held of value) copy.add(inner(held));
  else if (isPlain(value)) for (const key of Object.keys(value)) copy[key] = inner(value[key]);
  return copy;
}

function isPlain(value) {
  const others = [Date, RegExp, ArrayBuffer, Error, Boolean, Number, String];
  return !ArrayBuffer.isView(value) && !others.some((type) => value instanceof type);
}

function emptyCopy(value) {
  if (Array.isArray(value)) return new Array(value.length);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (value instanceof DataView)
    return new DataView(value.buffer.slice(0), value.byteOffset, value.byteLength);
  if (ArrayBuffer.isView(value)) return value.slice();
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof Error) return Object.assign(new Error(value.message), { name: value.name });
  return isPlain(value) ? {} : Object(value.valueOf());
}
