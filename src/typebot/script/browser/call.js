// These modules are evaluated inside of the script's engine, before the script: what it finds beside the language.

const { parse, stringify } = JSON;
// Given by the engine; only texts cross, and no script sees it.
const { host } = globalThis;
delete globalThis.host;

export class DOMException extends Error {
  constructor(message = '', name = 'Error') {
    super(message);
    this.name = name;
  }
}

/** Asks Node for one of the functions of `host.ts`; throws what it threw there. */
export function call(name, ...args) {
  const { value, error } = parse(host(name, stringify(args)));
  if (!error) return value;
  const known = { TypeError, RangeError }[error.name];
  throw known ? new known(error.message) : new DOMException(error.message, error.name);
}
