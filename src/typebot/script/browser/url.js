import { call } from './call.js';

export class URLSearchParams {
  #pairs;
  #changed = () => {};

  constructor(from = '') {
    if (typeof from !== 'object' || from === null) this.#pairs = call('readQuery', String(from));
    else {
      const pairs = typeof from[Symbol.iterator] === 'function' ? [...from] : Object.entries(from);
      this.#pairs = pairs.map(([name, value]) => [String(name), String(value)]);
    }
  }

  /** The parameters of a URL; `changed` is called with the new query whenever they change. */
  static of(search, changed) {
    const params = new URLSearchParams(search);
    params.#changed = changed;
    return params;
  }

  /** Replaces the parameters when the query of their URL was set. */
  static refill(params, search) {
    params.#pairs = call('readQuery', search);
  }

  get size() {
    return this.#pairs.length;
  }
  get(name) {
    return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null;
  }
  getAll(name) {
    return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value);
  }
  has(name, value) {
    const isSame = ([key, held]) => key === String(name) && (value === undefined || held === String(value));
    return this.#pairs.some(isSame);
  }
  append(name, value) {
    this.#change([...this.#pairs, [String(name), String(value)]]);
  }
  set(name, value) {
    const at = this.#pairs.findIndex(([key]) => key === String(name));
    if (at < 0) return this.append(name, value);
    const rest = this.#pairs.filter(([key], index) => index <= at || key !== String(name));
    this.#change(rest.with(at, [String(name), String(value)]));
  }
  delete(name, value) {
    const stays = ([key, held]) => key !== String(name) || (value !== undefined && held !== String(value));
    this.#change(this.#pairs.filter(stays));
  }
  sort() {
    this.#change(this.#pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }
  forEach(callback, self) {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }
  *entries() {
    yield* this.#pairs.map(([name, value]) => [name, value]);
  }
  *keys() {
    for (const [name] of this) yield name;
  }
  *values() {
    for (const [, value] of this) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    return call('writeQuery', this.#pairs);
  }

  #change(pairs) {
    this.#pairs = pairs;
    this.#changed(this.toString());
  }
}

const { of: paramsOf, refill } = URLSearchParams;
delete URLSearchParams.of;
delete URLSearchParams.refill;

export class URL {
  #parts;
  #params;

  constructor(address, base) {
    this.#parts = call('readUrl', String(address), base === undefined ? undefined : String(base));
    this.#params = paramsOf(this.#parts.search, (search) => this.#put('search', search));
  }

  static canParse(address, base) {
    return URL.parse(address, base) !== null;
  }
  static parse(address, base) {
    try {
      return new URL(address, base);
    } catch {
      return null;
    }
  }
  static part(name) {
    return {
      configurable: true,
      enumerable: true,
      get() {
        return this.#parts[name];
      },
      set(value) {
        this.#put(name, String(value));
        if (name === 'search' || name === 'href') refill(this.#params, this.#parts.search);
      },
    };
  }

  get origin() {
    return this.#parts.origin;
  }
  get searchParams() {
    return this.#params;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }

  #put(name, value) {
    this.#parts = call('changeUrl', this.#parts.href, name, value);
  }
}

const urlParts = 'href protocol username password host hostname port pathname search hash';
for (const name of urlParts.split(' ')) Object.defineProperty(URL.prototype, name, URL.part(name));
delete URL.part;
