import { describe, expect, test } from 'vitest';
import { RunLength } from '../../workflows/run-length.js';
import { freshState } from '../../workflows/state.js';

/** A run with so many events, whose present task has brought so many signals. */
function lengthOf(events: number, signals = 0, follows = true): RunLength {
  const length = new RunLength(
    () => events,
    () => follows,
  );
  for (let n = 0; n < signals; n += 1) length.heard();
  return length;
}

describe('a turn that is due', () => {
  test.each([
    [300, 0, false],
    [301, 0, true],
    [301, 5, true],
    [301, 6, false],
    [901, 15, true],
    [901, 16, false],
  ])(
    'in a run of %i events, in a task with %i signals, is left to the next run: %s',
    (events, signals, ends) => {
      expect(lengthOf(events, signals).endsBeforeTurn({ changing: null })).toBe(ends);
    },
  );

  test('is begun while a change is being asked for, and by runs that were recorded before this rule', () => {
    expect(lengthOf(1_000).endsBeforeTurn({ changing: 'handoff' })).toBe(false);
    expect(lengthOf(1_000, 0, false).endsBeforeTurn({ changing: null })).toBe(false);
  });

  test('counts the signals of each task anew', () => {
    let events = 400;
    const length = new RunLength(
      () => events,
      () => true,
    );
    for (let n = 0; n < 7; n += 1) length.heard();
    expect(length.endsBeforeTurn({ changing: null })).toBe(false);
    events = 410;
    length.heard();
    expect(length.endsBeforeTurn({ changing: null })).toBe(true);
  });
});

describe('a run in which no turn is due', () => {
  test.each([
    ['of 300 events', 300, {}, false],
    ['of 301 events', 301, {}, true],
    ['of 301 events with an open window', 301, { window: { firstAtMs: 0, dueAtMs: 9 } }, false],
    ['of 301 events that sends', 301, { running: 'deliver' as const }, false],
    ['of 901 events that sends', 901, { running: 'deliver' as const }, true],
    ['of 901 events that talks', 901, { running: 'talk' as const }, false],
    ['of 901 events that asks for a change', 901, { changing: 'resume' as const }, false],
  ])('%s (%i, %o) may end: %s', (_what, events, state, may) => {
    expect(lengthOf(events).mayEnd({ ...freshState(), ...state })).toBe(may);
  });
});
