/** An item of the list of typebots, which are tried from the highest priority down. */
export interface Ranked {
  typebot_id: string;
  priority: number;
}

/**
 * The priorities to save so that the typebot at `index` swaps places with its neighbour above (-1) or below (1). Only
 * those that change are returned: the two, and any equal ones above them, which have to be raised.
 */
export function swapped(list: readonly Ranked[], index: number, by: -1 | 1): Ranked[] {
  const [moved, neighbour] = [list[index], list[index + by]];
  if (moved === undefined || neighbour === undefined) return [];
  const order = list.map((one) => {
    if (one === moved) return { ...neighbour, priority: moved.priority };
    return one === neighbour ? { ...moved, priority: neighbour.priority } : { ...one };
  });
  for (let at = order.length - 2; at >= 0; at -= 1) {
    const [one, below] = [order[at], order[at + 1]];
    const isTouched = at <= Math.max(index, index + by);
    if (one && below && isTouched) one.priority = Math.max(one.priority, below.priority + 1);
  }
  const before = new Map(list.map((one) => [one.typebot_id, one.priority]));
  return order
    .filter((one) => before.get(one.typebot_id) !== one.priority)
    .map(({ typebot_id, priority }) => ({ typebot_id, priority }));
}
