import { describe, expect, test } from 'vitest';
import { gateIsOpen, shownStatus, transition } from '../../workflows/axes.js';
import type { Axes, Command } from '../../workflows/axes.js';

const opened: Axes = {
  status: 'opened',
  chatMode: 'bot',
  resolution: 'pending',
  gateNo: 3,
  resumesAtMs: null,
  version: 7,
};
const paused: Axes = { ...opened, status: 'paused' };
const timed: Axes = { ...paused, resumesAtMs: 9_000 };
const operator: Axes = { ...opened, chatMode: 'operator' };
const awaiting: Axes = { ...opened, chatMode: 'awaiting' };
const resolved: Axes = { ...opened, resolution: 'resolved' };
const closed: Axes = { ...opened, status: 'closed', resolution: 'closed' };

interface Row {
  name: string;
  from: Axes;
  command: Command;
  /** Members of the next axes, or the word of a refusal, or `same`. */
  to: Partial<Axes> | 'same' | 'closed' | 'resolved';
  silence?: 'none' | 'hold' | 'drop';
  ended?: boolean;
  reopened?: boolean;
}

const rows: Row[] = [
  {
    name: 'pause holds',
    from: opened,
    command: { type: 'pause' },
    to: { status: 'paused', gateNo: 4 },
    silence: 'hold',
  },
  {
    name: 'a pause with minutes ends by itself',
    from: opened,
    command: { type: 'pause', minutes: 2 },
    to: { status: 'paused', resumesAtMs: 121_000 },
    silence: 'hold',
  },
  { name: 'pause of a paused session', from: paused, command: { type: 'pause' }, to: 'same' },
  { name: 'pause over a chat mode is a no-op', from: operator, command: { type: 'pause' }, to: 'same' },
  { name: 'pause of a closed session', from: closed, command: { type: 'pause' }, to: 'closed' },
  {
    name: 'a new pause replaces the end of the old one',
    from: timed,
    command: { type: 'pause' },
    to: { status: 'paused', resumesAtMs: null },
    silence: 'hold',
  },
  {
    name: 'resume gives the word back and ends the timer',
    from: timed,
    command: { type: 'resume' },
    to: { status: 'opened', resumesAtMs: null, gateNo: 3 },
    silence: 'none',
  },
  {
    name: 'resume from an operator',
    from: operator,
    command: { type: 'resume' },
    to: { status: 'opened', chatMode: 'bot' },
    silence: 'none',
  },
  {
    name: 'a pause with minutes of what a person has taken over gives nothing back later',
    from: { ...operator, status: 'paused' },
    command: { type: 'pause', minutes: 2 },
    to: 'same',
  },
  { name: 'resume of an open session', from: opened, command: { type: 'resume' }, to: 'same' },
  { name: 'resume of a closed session', from: closed, command: { type: 'resume' }, to: 'closed' },
  { name: 'open on open', from: opened, command: { type: 'open' }, to: 'same' },
  {
    name: 'open on paused resumes',
    from: paused,
    command: { type: 'open' },
    to: { status: 'opened' },
    silence: 'none',
  },
  {
    name: 'open on closed begins a new run',
    from: closed,
    command: { type: 'open' },
    to: { status: 'opened', chatMode: 'bot', resolution: 'pending' },
    silence: 'none',
    reopened: true,
  },
  {
    name: 'a person on the number pauses and drops',
    from: resolved,
    command: { type: 'takeover' },
    to: { status: 'paused', chatMode: 'operator', resolution: 'pending', gateNo: 4 },
    silence: 'drop',
  },
  {
    name: 'an operator over the API takes the word',
    from: opened,
    command: { type: 'operate' },
    to: { status: 'opened', chatMode: 'operator', gateNo: 4 },
    silence: 'drop',
  },
  { name: 'an operator on a closed session', from: closed, command: { type: 'operate' }, to: 'closed' },
  {
    name: 'close',
    from: operator,
    command: { type: 'close', reason: 'closed_by_api' },
    to: { status: 'closed', chatMode: 'bot', resolution: 'closed' },
    silence: 'drop',
    ended: true,
  },
  {
    name: 'close keeps resolved',
    from: resolved,
    command: { type: 'close', reason: 'expired' },
    to: { status: 'closed', resolution: 'resolved' },
    silence: 'drop',
    ended: true,
  },
  {
    name: 'close of a closed session',
    from: closed,
    command: { type: 'close', reason: 'expired' },
    to: 'same',
  },
  {
    name: 'the contact writes to a resolved session',
    from: resolved,
    command: { type: 'contactWrote' },
    to: { resolution: 'pending' },
    silence: 'none',
  },
  { name: 'the contact writes otherwise', from: opened, command: { type: 'contactWrote' }, to: 'same' },
  {
    name: 'chat_mode awaiting holds',
    from: opened,
    command: { type: 'set', chatMode: 'awaiting' },
    to: { chatMode: 'awaiting', gateNo: 4 },
    silence: 'hold',
  },
  {
    name: 'chat_mode operator drops',
    from: opened,
    command: { type: 'set', chatMode: 'operator' },
    to: { chatMode: 'operator', gateNo: 4 },
    silence: 'drop',
  },
  {
    name: 'chat_mode bot resumes from a pause',
    from: paused,
    command: { type: 'set', chatMode: 'bot' },
    to: { status: 'opened', chatMode: 'bot' },
    silence: 'none',
  },
  {
    name: 'a person is not to be had on a resolved session',
    from: resolved,
    command: { type: 'set', chatMode: 'operator' },
    to: 'resolved',
  },
  {
    name: 'pending and operator together lead back to a person',
    from: resolved,
    command: { type: 'set', resolution: 'pending', chatMode: 'operator' },
    to: { resolution: 'pending', chatMode: 'operator' },
    silence: 'drop',
  },
  {
    name: 'resolved forces the bot, also from a pause',
    from: { ...paused, chatMode: 'awaiting' },
    command: { type: 'set', resolution: 'resolved' },
    to: { status: 'opened', chatMode: 'bot', resolution: 'resolved' },
    silence: 'none',
  },
  {
    name: 'state closed ends and keeps the given mode',
    from: opened,
    command: { type: 'set', resolution: 'closed', chatMode: 'operator' },
    to: { status: 'closed', chatMode: 'operator', resolution: 'closed' },
    silence: 'drop',
    ended: true,
  },
  {
    name: 'state closed keeps the stored mode',
    from: awaiting,
    command: { type: 'set', resolution: 'closed' },
    to: { status: 'closed', chatMode: 'awaiting' },
    silence: 'drop',
    ended: true,
  },
  {
    name: 'any other state reopens a closed session',
    from: closed,
    command: { type: 'set', resolution: 'unresolved' },
    to: { status: 'opened', chatMode: 'bot', resolution: 'unresolved' },
    silence: 'none',
    reopened: true,
  },
  { name: 'nothing wanted, nothing changed', from: opened, command: { type: 'set' }, to: 'same' },
];

describe('the transition of a session', () => {
  test.each(rows)('$name', ({ from, command, to, silence, ended = false, reopened = false }) => {
    const outcome = transition(from, command, 1_000);
    if (to === 'same') return expect(outcome).toEqual({ type: 'same' });
    if (typeof to === 'string') return expect(outcome).toEqual({ type: 'refused', reason: to });
    expect(outcome).toMatchObject({ type: 'changed', silence, ended, reopened });
    if (outcome.type === 'changed') {
      expect(outcome.axes).toMatchObject(to);
      expect(outcome.axes.version).toBe(from.version + 1);
    }
  });

  test('a gate that was closed already is not counted again', () => {
    const outcome = transition(paused, { type: 'takeover' }, 0);
    expect(outcome).toMatchObject({ type: 'changed', axes: { gateNo: 3 } });
  });
});

test('resolution closed is never combined with an open status, and resolved always with the bot', () => {
  const commands: Command[] = rows.map((row) => row.command);
  let states = [opened, paused, operator, awaiting, resolved, closed];
  for (let depth = 0; depth < 3; depth += 1) {
    states = states.flatMap((state) =>
      commands.flatMap((command) => {
        const outcome = transition(state, command, 0);
        return outcome.type === 'changed'
          ? [{ ...outcome.axes, version: 0, gateNo: 0, resumesAtMs: null }]
          : [];
      }),
    );
    states = [...new Map(states.map((state) => [JSON.stringify(state), state])).values()];
    for (const state of states) {
      if (state.resolution === 'closed') expect(state.status).toBe('closed');
      if (state.status === 'closed') expect(['closed', 'resolved']).toContain(state.resolution);
      if (state.resolution === 'resolved') expect(state.chatMode).toBe('bot');
    }
  }
});

test('the bot may answer only when opened, in bot mode and not closed', () => {
  expect([opened, resolved].map(gateIsOpen)).toEqual([true, true]);
  expect([paused, operator, awaiting, closed].map(gateIsOpen)).toEqual([false, false, false, false]);
  expect([opened, paused, operator, awaiting, closed].map(shownStatus)).toEqual([
    'opened',
    'paused',
    'paused',
    'paused',
    'closed',
  ]);
});
