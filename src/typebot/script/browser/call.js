// The modules of this folder run inside the script's engine, before the script, and give it a browser's globals.

const { parse, stringify } = JSON;
// Set by the engine and deleted before the script runs. Only strings pass through it.
const { host } = globalThis;
delete globalThis.host;

export class DOMException extends Error {
  constructor(message = '', name = 'Error') {
    super(message);
    this.name = name;
  }
}

/** Calls a function of `host.ts` in Node and throws what it threw there. */
export function call(name, ...args) {
  const { value, error } = parse(host(name, stringify(args)));
  if (!error) return value;
  const known = { TypeError, RangeError }[error.name];
  throw known ? new known(error.message) : new DOMException(error.message, error.name);
}
