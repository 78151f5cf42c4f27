/** Repeatable random choices: the same seed gives the same choices (the generator is mulberry32). */
export interface Chance {
  /** 0 (included) to 1 (excluded). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[];
  /** An independent generator, so that the choices of one person do not affect those of the others. */
  fork(): Chance;
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(items: readonly T[]) => {
    if (items.length === 0) throw new Error('nothing to pick from');
    return items[between(0, items.length - 1)] as T;
  };
  const shuffled = <T>(items: readonly T[]) =>
    items
      .map((item) => ({ item, place: next() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ item }) => item);
  return { next, between, pick, shuffled, fork: () => chanceOf(between(0, 4_294_967_295)) };
}
