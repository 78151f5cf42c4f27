/** Longer names are no typing slips, and comparing them would cost time. */
const LONGEST = 64;

/** The known name that a misspelt one most likely means; undefined when none is near. */
export function nearName(given: string, known: readonly string[]): string | undefined {
  if (given.length > LONGEST) return undefined;
  const plain = bare(given);
  const [nearest] = known
    .map((name) => ({ name, distance: distance(plain, bare(name)) }))
    .filter(({ name, distance: slips }) => slips <= Math.max(1, Math.floor(name.length / 3)))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** The error for an unknown member, to be printed after its name. */
export function notAMember(given: string, known: readonly string[]): string {
  const nearest = nearName(given, known);
  return nearest === undefined ? 'is not a member' : `is not a member: did you mean ${nearest}?`;
}

/** Case and separators are the commonest slips: `debounceMs` for `debounce_ms`. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** How many letters must be added, dropped, changed or swapped with a neighbour to turn one name into the other. */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + same,
        swapped ? at(before, column - 2) + 1 : Infinity,
      );
    }
    [before, last] = [last, next];
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
