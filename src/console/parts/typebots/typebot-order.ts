/** An item of the list of typebots, which are tried from the highest priority down. */
export interface Ranked {
  typebot_id: string;
  priority: number;
}

/**
 * The priorities to save so that the typebot at place `from` is tried at place `to`. Only those that change are
 * returned: the ones between the two places, and any equal ones above them, which have to be raised.
 */
export function moved(list: readonly Ranked[], from: number, to: number): Ranked[] {
  const [one] = list.slice(from, from + 1);
  if (one === undefined || list[to] === undefined || from === to) return [];
  const others = list.toSpliced(from, 1);
  const order = others
    .toSpliced(to, 0, one)
    .map(({ typebot_id }, place) => ({ typebot_id, priority: list[place]?.priority ?? 0 }));
  for (let place = Math.max(from, to); place >= 0; place -= 1) {
    const [above, below] = [order[place], order[place + 1]];
    if (above && below) above.priority = Math.max(above.priority, below.priority + 1);
  }
  const before = new Map(list.map(({ typebot_id, priority }) => [typebot_id, priority]));
  return order.filter(({ typebot_id, priority }) => before.get(typebot_id) !== priority);
}
