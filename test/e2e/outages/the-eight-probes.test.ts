import { describe, expect, test } from 'vitest';
import { useKillable } from '../../support/killable.js';
import { WIDE_WINDOW_MS, until } from '../../support/parley.js';
import { recorded, textBubble } from '../../support/typebot/stand-in.js';

const ask = (step: number) => ({ id: `i_${step}`, type: 'text input', options: {} });
/** Typebot's own words for a flow that broke before it moved. */
const broken = {
  ...{ defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500 },
  message: 'Internal server error',
};
const NUMBERS = ['one', 'two', 'three', 'four', 'five'];

/** Says what it got and asks on; `count` is answered with five bubbles. */
const parley = useKillable({
  flows: {
    'probe-pub': {
      answers: [{ messages: [], input: ask(0) }],
      branch: (stored, step) => {
        const words = stored === 'count' ? NUMBERS : [`got ${stored ?? ''}`];
        return { messages: words.map((text) => textBubble(`b_${text}`, text)), input: ask(step) };
      },
    },
  },
});

const bot = (more: Record<string, unknown> = {}, phone?: string) =>
  parley.contact({ public_id: 'probe-pub', ...more }, phone);

/** The texts of this contact that Typebot was given. */
function textsGiven(contact: { phone: string }) {
  return parley.typebot.repliesOf(contact).flatMap((message) => {
    if (message === null || message === undefined) return [];
    return [typeof message === 'string' ? message : (message.text ?? '')];
  });
}

/** What would come twice or too much has had its chance once a later message is answered. */
async function goesOn(ana: Awaited<ReturnType<typeof bot>>, heardSoFar: string[]): Promise<void> {
  await ana.says('on');
  expect(await ana.hears(heardSoFar.length + 1)).toEqual([...heardSoFar, 'got on']);
}

describe('the eight probes', () => {
  test('the same id twice: delivered twice at once and once more later, the message is answered once', async () => {
    const ana = await bot();
    const deliver = () => ana.sends({ contentType: 'text', text: 'hello' }, `twice-${ana.phone}`);
    await Promise.all([deliver(), deliver()]);
    await ana.hears(1);
    await deliver();
    await goesOn(ana, ['got hello']);
    expect(textsGiven(ana)).toEqual(['hello', 'on']);
  });

  test('two first messages within 5 ms: one session, one start of the flow, both texts are answered', async () => {
    const ana = await bot();
    await Promise.all([ana.says('first'), ana.says('second')]);
    await until(() => expect(textsGiven(ana).join('\n').split('\n').toSorted()).toEqual(['first', 'second']));
    await goesOn(ana, await ana.hears(textsGiven(ana).length));
    expect(parley.typebot.callsOf(ana).filter(({ kind }) => kind === 'start')).toHaveLength(1);
  });

  test('killed after the acknowledgement: API and worker die with the 200, and the message is answered', async () => {
    const ana = await bot();
    // Frozen, or it might have called Typebot by the time it is killed: the answer would be lost, and bridged.
    await parley.kill('worker', 'SIGSTOP');
    await ana.says('hello');
    await Promise.all([parley.kill('api'), parley.kill('worker')]);
    await ana.hears(1);
    await goesOn(ana, ['got hello']);
    expect(textsGiven(ana)).toEqual(['hello', 'on']);
  });

  test('killed inside the debounce window: worker and API die between two texts and the answer, one turn has both', async () => {
    const ana = await bot({ debounce_ms: WIDE_WINDOW_MS });
    await ana.says('hello');
    await ana.says('world');
    await Promise.all([parley.kill('worker'), parley.kill('api')]);
    expect(await ana.hears(1)).toEqual(['got hello\nworld']);
    await goesOn(ana, ['got hello\nworld']);
    expect(textsGiven(ana)).toEqual(['hello\nworld', 'on']);
  });

  test('Typebot answers 500 once and then 404: a new Typebot session gets the text, and the contact is answered once', async () => {
    const ana = await bot();
    await ana.says('hello');
    await ana.hears(1);
    const gone = recorded('04-continueChat-after-end-404');
    parley.typebot.fail({ of: ana, call: 'continue', status: 500, body: broken });
    parley.typebot.fail({ of: ana, call: 'continue', status: 404, body: gone });
    await ana.says('lost');
    expect(await ana.hears(2)).toEqual(['got hello', 'got lost']);
    await goesOn(ana, ['got hello', 'got lost']);
  });

  test('one failed send in an answer of five: it is sent again before the rest, nothing is missing and nothing twice', async () => {
    const ana = await bot();
    await ana.says('hello');
    await ana.hears(1);
    parley.receiver.fail({ to: ana });
    parley.receiver.fail({ to: ana, status: 500 });
    await ana.says('count');
    expect(await ana.hears(6)).toEqual(['got hello', ...NUMBERS]);
    await goesOn(ana, ['got hello', ...NUMBERS]);
  });

  test('one contact on two instances: two sessions, the texts apart, and a pause of one does not silence the other', async () => {
    const atShop = await bot({ debounce_ms: 500 });
    const atBank = await bot({ debounce_ms: 500 }, atShop.phone);
    await Promise.all([atShop.says('shoes'), atBank.says('loan')]);
    expect((await atShop.hears(2)).toSorted()).toEqual(['got loan', 'got shoes']);
    expect(await atShop.control('pause')).toBe(200);
    await atShop.says('nobody answers this');
    await atBank.says('30 years');
    expect((await atBank.hears(3)).at(-1)).toBe('got 30 years');
    expect(await atShop.control('resume')).toBe(200);
    await atShop.says('size 40');
    expect((await atShop.hears(4)).at(-1)).toBe('got size 40');
    expect(textsGiven(atShop).toSorted()).toEqual(['30 years', 'loan', 'shoes', 'size 40']);
  });

  test('a sticker first: it opens the session, is no reply to the flow, and the text after it is answered', async () => {
    const ana = await bot({ unknown_message: 'Please write' });
    const media = { url: 'http://127.0.0.1:9/sticker.webp', mimeType: 'image/webp' };
    await ana.sends({ contentType: 'sticker', media });
    await ana.says('hello');
    await until(() => expect(ana.heard()).toContain('got hello'));
    const heard = ana.heard();
    expect(heard.filter((text) => text !== 'Please write')).toEqual(['got hello']);
    await goesOn(ana, heard);
    expect(textsGiven(ana)).toEqual(['hello', 'on']);
  });
});
