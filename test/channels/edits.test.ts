import { describe, expect, it } from 'vitest';
import { evolution } from '../../src/channels/evolution/index.js';
import { waha } from '../../src/channels/waha/index.js';
import { zapi } from '../../src/channels/zapi/index.js';
import type { Json } from './fixtures.js';
import { contextWith, posted, recorded } from './provider-checks.js';

const target = 'false_553188887777@c.us_3EB024D4C68C0F446764';
const wahaEdit = (body: string, timestamp: number | undefined): Json => {
  const recording = recorded('waha', 'event-edited').body;
  return { ...recording, timestamp, payload: { ...recording.payload, id: target, body } };
};

/** The webhook of an edit without an id of its own, by its text and the time of the edit. */
const edits: Record<string, (text: string, atMs: number | undefined) => Json> = {
  evolution: (text, timestampMs) => {
    const recording = recorded('evolution', 'event-edited').body;
    return {
      ...recording,
      data: { ...recording.data, editedMessage: { conversation: text }, timestampMs },
    };
  },
  zapi: (message, momment) => ({
    ...recorded('zapi', 'in-text').body,
    ...{ isEdit: true, text: { message }, momment },
  }),
  waha: wahaEdit,
};
const channels = { evolution, waha, zapi };
const names = Object.keys(channels) as (keyof typeof channels)[];

describe('Edits of a message', () => {
  const read = (name: keyof typeof channels, text: string, atMs: number | undefined, receivedAt: number) => {
    const request = { ...posted(edits[name]?.(text, atMs)), receivedAt };
    const channel = channels[name];
    const [event] = channel.parse(request, contextWith(name, channel as never)).events;
    if (event?.kind !== 'message') throw new Error('no message');
    return event.keyId;
  };
  const first = 1_767_225_600_000;
  const later = first + 60_000;

  it.each(names)('on %s have an id each, also when a text returns or comes without a time', (name) => {
    const ids = [
      read(name, 'dez', first, first),
      read(name, 'onze', later, later),
      read(name, 'dez', later, later),
      read(name, 'dez', undefined, first),
      read(name, 'onze', undefined, first),
    ];
    expect(new Set(ids).size).toBe(5);
  });

  it.each(names)('on %s keep their id when the webhook is delivered again', (name) => {
    for (const at of [first, undefined])
      expect(read(name, 'dez', at, later)).toBe(read(name, 'dez', at, first));
  });
});
