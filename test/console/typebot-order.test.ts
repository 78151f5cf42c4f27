import { expect, test } from 'vitest';
import { moved } from '../../src/console/parts/typebots/typebot-order.js';

const list = (...priorities: number[]) =>
  priorities.map((priority, index) => ({ typebot_id: `t${index}`, priority }));

/** The ids as they are tried once these priorities are written, equal ones in their old order. */
function orderAfter(before: ReturnType<typeof list>, from: number, to: number): string[] {
  const written = new Map(moved(before, from, to).map((one) => [one.typebot_id, one.priority]));
  return before
    .map((one) => ({ ...one, priority: written.get(one.typebot_id) ?? one.priority }))
    .toSorted((one, other) => other.priority - one.priority)
    .map((one) => one.typebot_id);
}

test.each([[list(30, 20, 10)], [list(0, 0, 0)], [list(5, 0, 0)], [list(7, 7, 1)], [list(1, 0, -1)]])(
  'a typebot changes places with its neighbour, and no other moves: %j',
  (before) => {
    expect(orderAfter(before, 1, 0)).toEqual(['t1', 't0', 't2']);
    expect(orderAfter(before, 1, 2)).toEqual(['t0', 't2', 't1']);
    expect(orderAfter(before, 2, 1)).toEqual(['t0', 't2', 't1']);
  },
);

test.each([[list(40, 30, 20, 10)], [list(0, 0, 0, 0)], [list(9, 1, 1, 1)], [list(2, 2, 2, 1)]])(
  'a typebot that is dragged takes its new place, and the others keep their order: %j',
  (before) => {
    const ids = before.map(({ typebot_id: id }) => id);
    for (const from of ids.keys())
      for (const to of ids.keys()) {
        const wanted = ids.toSpliced(from, 1).toSpliced(to, 0, `t${from}`);
        expect(orderAfter(before, from, to), `${from} to ${to}`).toEqual(wanted);
      }
  },
);

test('two priorities are written where all differ, and none beyond the end of the list', () => {
  expect(moved(list(30, 20, 10), 1, 0)).toHaveLength(2);
  expect(moved(list(30, 20), 0, -1)).toEqual([]);
  expect(moved(list(30, 20), 1, 2)).toEqual([]);
  expect(moved(list(30, 20), 1, 1)).toEqual([]);
});
