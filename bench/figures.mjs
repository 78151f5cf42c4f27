// What measurements have in common: percentiles, ratios of rounds that were run in turn, and tables.

/** The value below which a share of the values lies. */
export function at(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const median = (values) => at(values, 0.5);

/** Digits enough to tell two figures apart, and no more. */
export function rounded(value) {
  if (!Number.isFinite(value)) return null;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits));
}

/** p50, p95 and p99 of times in milliseconds, as columns that begin with `name`. */
export function columns(name, values) {
  const of = (share) => rounded(at(values, share));
  return { [`${name} p50`]: of(0.5), [`${name} p95`]: of(0.95), [`${name} p99`]: of(0.99) };
}

/** The median of the ratios of each round, with the smallest and the largest: rounds run in turn share the machine's mood. */
export function ratio(above, below) {
  const ratios = above.map((value, round) => value / below[round]);
  const [low, middle, high] = [0, 0.5, 1].map((share) => at(ratios, share).toFixed(2));
  return `${middle} (${low}-${high})`;
}

/** Runs each of the works in turn, `rounds` times; resolves to the results of each, by its name. */
export async function inTurn(rounds, works) {
  const results = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, work] of Object.entries(works)) results[name].push(await work(round));
  return results;
}

/** Calls `step` again and again in `lanes` at once, until `seconds` are over; resolves to how many were done a second. */
export async function perSecond(lanes, seconds, step) {
  const startedMs = performance.now();
  const endsMs = startedMs + seconds * 1_000;
  let done = 0;
  const lane = async (index) => {
    while (performance.now() < endsMs) {
      await step(index);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  return done / ((performance.now() - startedMs) / 1_000);
}

/** `count` pieces of work, at most `lanes` at once. */
export async function inLanes(lanes, count, work) {
  let next = 0;
  const lane = async () => {
    while (next < count) await work((next += 1) - 1);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
