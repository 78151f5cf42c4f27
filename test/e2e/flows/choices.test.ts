import { describe, expect, test } from 'vitest';
import { asks, asksChoice, bye, channels, converse, text, titles } from '../../support/flows.js';
import { until, useParley } from '../../support/parley.js';
import { textBubble, type StandInAnswer } from '../../support/typebot/stand-in.js';

type Json = Record<string, unknown>;

const pick = (answer: StandInAnswer): { answers: StandInAnswer[] } => ({
  answers: [answer, asks('Next?', 'text input'), bye()],
});
const labels = (count: number) =>
  Array.from({ length: count }, (_, index) => `Item ${String.fromCharCode(65 + index)}`);
const cities = Array.from({ length: 45 }, (_, index) => `Town ${index + 1}x`);
const cards = asks('', 'cards', {
  items: [
    {
      id: 'c1',
      imageUrl: 'https://example.com/1.png',
      title: 'Small',
      description: '10',
      paths: [
        { id: 'p1', text: 'Buy' },
        { id: 'p2', text: 'More' },
        { id: 'p3', text: 'Ask' },
        { id: 'p4', text: 'Leave' },
      ],
    },
    { id: 'c2', imageUrl: null, title: null, description: null, paths: [{ id: 'p5', text: 'Buy' }] },
  ],
});
const rating = (options: Json) => asks('Rate?', 'rating input', { options });

const parley = useParley({
  flows: {
    flows: {
      'menu-pub': pick(asksChoice('Where?', ['São Paulo', 'Rio de Janeiro', 'Brasília'])),
      'menus-pub': {
        answers: [asksChoice('First?', ['Yes', 'No']), asksChoice('Second?', ['Yes', 'No']), bye()],
      },
      'two-pub': pick(asksChoice('Two?', ['São Paulo centro', 'São Paulo norte', 'Other'])),
      'equal-pub': pick(asksChoice('Same?', ['Blue', 'Blue', 'Red'])),
      'digits-pub': pick(asksChoice('How many?', ['3', '2', '10'])),
      'four-pub': pick(asksChoice('Four?', labels(4))),
      'ten-pub': pick(asksChoice('Ten?', labels(10))),
      'eleven-pub': pick(asksChoice('Eleven?', labels(11))),
      'long-pub': pick(asksChoice('Long?', ['Short', 'A label that has well over twenty characters'])),
      'huge-pub': pick(asksChoice('Huge?', ['Short', 'x'.repeat(80)])),
      'twins-pub': pick(
        asksChoice('Twins?', ['The very same beginning of one', 'The very same beginning of two']),
      ),
      'many-pub': pick(asksChoice('Which?', ['Red', 'Green', 'Dark, blue'], { isMultipleChoice: true })),
      'search-pub': pick(asksChoice('Town?', cities, { isSearchable: true })),
      'cards-pub': pick(cards),
      'stars-pub': pick(rating({ length: 3, buttonType: 'Icons', labels: { left: 'bad', right: 'good' } })),
      'scale-pub': pick(rating({ length: 12, startsAt: 1 })),
      'wordy-pub': pick({
        ...asksChoice('', ['Yes', 'No']),
        messages: asksChoice('y'.repeat(1_500), ['a']).messages,
      }),
      'silent-pub': pick(asksChoice('', ['Yes', 'No'])),
      'pay-live-pub': pick(
        asks('Your order', 'payment input', {
          runtimeOptions: { paymentIntentSecret: 's', publicKey: 'k', amountLabel: '30,00 €' },
        }),
      ),
      'number-pub': pick(asks('Age?', 'number input', { options: { min: 0, max: 10, step: 2 } })),
      'lines-pub': {
        answers: [asks('Item 1: how many?', 'number input')],
        branch: (stored, step) => ({
          messages: [textBubble(`b-${step}`, `Item ${step + 1}: how many? (last ${stored ?? ''})`)],
          input: asks('Item 1: how many?', 'number input').input,
        }),
      },
      'us-date-pub': pick(asks('When?', 'date input', { options: { format: 'MM/dd/yyyy' } })),
    },
  },
});

const chosen = (id: string, label: string) => ({ type: 'text', text: label, metadata: { replyId: id } });
const stale = 'That option belongs to an earlier question. Here is the current one:';
const tapOf = (id: string, title: string): Json => ({ contentType: 'buttonReply', id, title });
const single = 'Reply with the number or the text';

test.each([
  ['the label', 'São Paulo'],
  ['another case without accents', 'SAO PAULO'],
  ['the number', '1'],
  ['the number with a dot', '1.'],
  ['a keycap', '1️⃣'],
  ['the beginning', 'são'],
  ['the id', 'it_1'],
  ['a label with marks around', '*São Paulo!*'],
  ['a copied line', '1. São Paulo'],
  ['two lines of which one fits', 'well\nsao paulo'],
])('%s reaches Typebot as the option', async (_, words) => {
  for (const channel of Object.values(channels)) {
    const flow = await converse(parley, { public_id: 'menu-pub' }, channel);
    await flow.say('hi');
    expect(await flow.say(words)).toEqual([text('Next?')]);
    expect(flow.given()).toEqual([chosen('it_1', 'São Paulo')]);
  }
});

test('a tap without id, with its title only, is the option; so is a list row', async () => {
  const flow = await converse(parley, { public_id: 'menu-pub' });
  await flow.say('hi');
  await flow.say({ contentType: 'buttonReply', title: 'Rio de Janeiro' });
  const other = await converse(parley, { public_id: 'four-pub' });
  await other.say('hi');
  const id = (other.contents()[0]?.sections as { rows: { id: string }[] }[])[0]?.rows[2]?.id;
  await other.say({ contentType: 'listReply', id, title: 'Item C', description: '' });
  expect(flow.given()).toEqual([chosen('it_2', 'Rio de Janeiro')]);
  expect(other.given()).toEqual([chosen('it_3', 'Item C')]);
});

test('a stale tap gets the present prompt and nothing reaches Typebot', async () => {
  const flow = await converse(parley, { public_id: 'menus-pub' });
  await flow.say('hi');
  const [, no = {}] = flow.contents()[0]?.buttons as Json[];
  await flow.tap('Yes');
  const [told, again] = await flow.say(tapOf(String(no.id), 'No'), 2);
  expect(told).toEqual(text(stale));
  expect(again).toMatchObject({
    type: 'buttons',
    body: 'Second?',
    buttons: [{ title: 'Yes' }, { title: 'No' }],
  });
  expect(flow.given()).toEqual([chosen('it_1', 'Yes')]);
  await flow.tap('No');
  expect(flow.given()).toEqual([chosen('it_1', 'Yes'), chosen('it_2', 'No')]);
});

test('a second tap on the same button is stale', async () => {
  const flow = await converse(parley, { public_id: 'menus-pub' });
  await flow.say('hi');
  const [yes = {}] = flow.contents()[0]?.buttons as Json[];
  await flow.tap('Yes');
  expect((await flow.say(tapOf(String(yes.id), 'Yes'), 2))[1]).toMatchObject({ body: 'Second?' });
  expect(flow.given()).toHaveLength(1);
});

test('words that quote an older question get the present prompt, and nothing reaches Typebot', async () => {
  const flow = await converse(parley, { public_id: 'menus-pub' }, channels.textOnly);
  await flow.say('hi');
  await flow.say('1');
  const quoting = async (index: number, words: string) => {
    const quoted = parley.receiver.messages.filter(({ to }) => to.contactId === flow.contact.phone)[index];
    const content = { contentType: 'text', text: words };
    expect((await flow.contact.sends({ quotedKeyId: `srv-${quoted?.id}`, content })).status).toBe(200);
  };
  await quoting(0, '2');
  await until(() => expect(flow.contents()).toHaveLength(4));
  expect(flow.contents().slice(2)).toEqual([text(stale), flow.contents()[1]]);
  expect(flow.given()).toEqual([chosen('it_1', 'Yes')]);
  await quoting(1, '2');
  await until(() => expect(flow.given()).toEqual([chosen('it_1', 'Yes'), chosen('it_2', 'No')]));
});

test('a tap on a button and a number that quotes a list of an earlier session book nothing in the present one', async () => {
  const hours = (...times: string[]) => pick(asksChoice('When?', times));
  parley.typebot.publish('hours-pub', hours('10:00', '11:00', '12:00'));
  for (const [kind, channel] of Object.entries(channels)) {
    const flow = await converse(parley, { public_id: 'hours-pub', keyword_finish: 'stop' }, channel);
    await flow.say('hi');
    const first = parley.receiver.messages.filter(({ to }) => to.contactId === flow.contact.phone)[0];
    const [, , noon = {}] = (flow.contents()[0]?.buttons as Json[] | undefined) ?? [];
    await flow.contact.says('stop');
    await flow.ends({ status: 'closed' });
    parley.typebot.publish('hours-pub', hours('12:00', '13:00', '14:00'));
    const [today] = await flow.say('hi again');
    const content = kind === 'native' ? tapOf(String(noon.id), '12:00') : { contentType: 'text', text: '3' };
    await flow.contact.sends({ quotedKeyId: `srv-${first?.id}`, content });
    await until(() => expect(flow.contents()).toHaveLength(4));
    const [told, again] = flow.contents().slice(2);
    expect(told).toEqual(text(stale));
    expect(titles(again)).toEqual(titles(today));
    expect(flow.given()).toEqual([]);
    parley.typebot.publish('hours-pub', hours('10:00', '11:00', '12:00'));
  }
});

test('what fits no option goes through unchanged, and the flow’s refusal repeats the question', async () => {
  const flow = await converse(parley, { public_id: 'menu-pub' }, channels.textOnly);
  await flow.say('hi');
  expect(await flow.say('  Curitiba ', 2)).toEqual([
    text('Invalid message. Please, try again.'),
    text(`Where?\n\n1. São Paulo\n2. Rio de Janeiro\n3. Brasília\n\n${single}`),
  ]);
  expect(String(flow.given()[0]).trim()).toBe('Curitiba');
});

test('a label that fits two items is answered with those, numbered, and the number then means them', async () => {
  for (const channel of Object.values(channels)) {
    const flow = await converse(parley, { public_id: 'equal-pub' }, channel);
    await flow.say('hi');
    const [which] = await flow.say('blue');
    expect(which).toEqual(text(`Please choose:\n\n1. Blue\n2. Blue\n\n${single}`));
    expect(flow.given()).toEqual([]);
    await flow.say('2');
    expect(flow.given()).toMatchObject([{ metadata: { replyId: 'it_2' } }]);
  }
});

test('a beginning that fits two items goes to the flow', async () => {
  const flow = await converse(parley, { public_id: 'two-pub' });
  await flow.say('hi');
  await flow.say('são paulo', 2);
  expect(flow.given()).toEqual(['são paulo']);
});

test('a label that is itself a number wins over the position', async () => {
  const flow = await converse(parley, { public_id: 'digits-pub' });
  await flow.say('hi');
  await flow.say('3');
  const other = await converse(parley, { public_id: 'digits-pub' });
  await other.say('hi');
  await other.say('1');
  for (const one of [flow, other]) expect(one.given()).toMatchObject([{ metadata: { replyId: 'it_1' } }]);
});

describe('forms', () => {
  const form = async (publicId: string, channel: Json, count = 1) => {
    const flow = await converse(parley, { public_id: publicId }, channel);
    return flow.say('hi', count);
  };

  test('three short labels are buttons, four a list, eleven numbered text', async () => {
    expect(titles((await form('menu-pub', {}))[0])).toEqual(['São Paulo', 'Rio de Janeiro', 'Brasília']);
    const [four] = await form('four-pub', {});
    expect(four).toMatchObject({ type: 'list', body: 'Four?', button: 'See options' });
    expect((await form('ten-pub', {}))[0]?.type).toBe('list');
    const lines = labels(11).map((label, index) => `${index + 1}. ${label}`);
    expect(await form('eleven-pub', {})).toEqual([text(`Eleven?\n\n${lines.join('\n')}\n\n${single}`)]);
  });

  test('a long label makes a list with its full text, one of over 72 characters numbered text', async () => {
    const [list] = await form('long-pub', {});
    expect(list).toMatchObject({
      type: 'list',
      sections: [
        {
          rows: [
            { title: 'Short' },
            {
              title: 'A label that has well o…',
              description: 'A label that has well over twenty characters',
            },
          ],
        },
      ],
    });
    expect((await form('huge-pub', {}))[0]?.text).toContain(`2. ${'x'.repeat(80)}`);
    expect((await form('twins-pub', {}))[0]?.text).toContain('2. The very same beginning of two');
  });

  test('buttons without a list fall to numbered text, a list without buttons shows every choice', async () => {
    const [buttonsOnly] = await form('four-pub', { capabilities: { list: false } });
    expect(buttonsOnly?.text).toContain('4. Item D');
    const [listOnly] = await form('menu-pub', { capabilities: { buttons: 0 } });
    expect(listOnly).toMatchObject({ type: 'list', sections: [{ rows: [{}, {}, {}] }] });
  });

  test('a question over the limit of a body goes first as text, one without words gets some', async () => {
    const [long, short] = await form('wordy-pub', {}, 2);
    expect(long).toEqual(text('y'.repeat(1_500)));
    expect(short).toMatchObject({ type: 'buttons', body: 'Please choose:' });
    expect((await form('silent-pub', {}))[0]).toMatchObject({ type: 'buttons', body: 'Please choose:' });
  });

  test('a rating of three is buttons of stars, one of twelve text with its scale', async () => {
    const [stars] = await form('stars-pub', {});
    expect(stars).toMatchObject({ type: 'buttons', body: 'Rate?\n1 (bad) … 3 (good)' });
    expect(titles(stars)).toEqual(['⭐', '⭐⭐', '⭐⭐⭐']);
    expect(await form('scale-pub', {})).toEqual([text('Rate?\n1 … 12')]);
  });

  test('a card with four paths is a list with its picture before it, and no card is without words', async () => {
    const shown = await form('cards-pub', {}, 3);
    expect(shown).toMatchObject([
      { type: 'image', media: { url: 'https://example.com/1.png' } },
      { type: 'list', body: '*Small*\n10', sections: [{ rows: [{}, {}, {}, {}] }] },
      { type: 'buttons', buttons: [{ title: 'Buy' }] },
    ]);
    expect(shown[2]?.body).toBe('―');
  });
});

test('cards: the numbers run on, a shared path label is asked back, a title means its first path', async () => {
  const flow = await converse(parley, { public_id: 'cards-pub' }, channels.textOnly);
  await flow.say('hi', 2);
  await flow.say('5');
  const other = await converse(parley, { public_id: 'cards-pub' }, channels.textOnly);
  await other.say('hi', 2);
  await other.say('buy');
  expect(other.given()).toEqual([]);
  await other.say('1');
  const third = await converse(parley, { public_id: 'cards-pub' }, channels.textOnly);
  await third.say('hi', 2);
  await third.say('small');
  const given = [flow, other, third].map((one) => one.given());
  expect(given).toEqual([[chosen('p5', 'p5')], [chosen('p1', 'p1')], [chosen('p1', 'p1')]]);
});

describe('a multiple choice', () => {
  test.each([
    ['1 3', 'Red, Dark, blue'],
    ['green and dark, blue', 'Green, Dark, blue'],
    ['I would like red please', 'Red'],
    ['3; 1', 'Red, Dark, blue'],
    ['it_2', 'Green'],
  ])('%s', async (words, labels) => {
    const flow = await converse(parley, { public_id: 'many-pub' });
    await flow.say('hi');
    await flow.say(words);
    expect(flow.given()).toEqual([labels]);
  });

  test('a number outside the list asks again and sends nothing', async () => {
    const flow = await converse(parley, { public_id: 'many-pub' });
    const prompt = await flow.say('hi');
    const again = await flow.say('1, 7', 2);
    expect(again).toEqual([text('Please answer with one of the options.'), ...prompt]);
    expect(flow.given()).toEqual([]);
  });
});

test('a searchable choice of 45 comes by pages of twenty, filters, and takes one match', async () => {
  const flow = await converse(parley, { public_id: 'search-pub' });
  const [first] = await flow.say('hi');
  expect(first?.text).toMatch(
    /^Town\?\n\n1\. Town 1x\n[^]*20\. Town 20x\n\nReply with the number or part of the name\nReply \*more\* to see the next ones$/,
  );
  const [second] = await flow.say('more');
  expect(second?.text).toContain('21. Town 21x');
  expect(second?.text).not.toContain('20. Town 20x');
  const [filtered] = await flow.say('wn 4');
  expect(filtered?.text).toContain('1. Town 4x\n2. Town 40x');
  expect(flow.given()).toEqual([]);
  await flow.say('2');
  expect(flow.given()).toEqual([chosen('it_40', 'Town 40x')]);
});

test('a number of another page counts before it is shown', async () => {
  const flow = await converse(parley, { public_id: 'search-pub' }, channels.textOnly);
  await flow.say('hi');
  await flow.say('33');
  expect(flow.given()).toEqual([chosen('it_33', 'Town 33x')]);
});

test('a payment is not possible here: every text gets the same answer and none reaches Typebot', async () => {
  const flow = await converse(parley, { public_id: 'pay-live-pub' });
  const shown = await flow.say('hi');
  expect(shown.map(({ text: words }) => words).join('\n')).toContain(
    'Payment of 30,00 €: payment is not possible here.',
  );
  const known = flow.contents().length;
  await flow.say('paid', known);
  await flow.say('fail', known);
  expect(flow.contents().slice(known, 2 * known)).toEqual(shown);
  expect(flow.given()).toEqual([]);
  const notes = (await flow.events()).filter(({ type }) => type === 'action.ignored');
  expect(notes.map(({ data }) => data.action)).toContain('payment');
});

test('a number that the engine would store although it does not fit gets the hint; one it refuses goes through', async () => {
  const flow = await converse(parley, { public_id: 'number-pub' });
  const [prompt] = await flow.say('hi');
  expect(prompt).toEqual(text('Age?\nNumber from 0 to 10, in steps of 2'));
  expect((await flow.say('-2', 2)).at(-1)).toEqual(prompt);
  expect((await flow.say('3', 2)).at(-1)).toEqual(prompt);
  expect(flow.given()).toEqual([]);
  expect(await flow.say('12', 2)).toEqual([text('Invalid message. Please, try again.'), prompt]);
  expect(flow.given()).toEqual(['12']);
  await flow.say('4,0');
  expect(flow.given()).toEqual(['12', '4']);
});

test('a rating below its scale is not sent', async () => {
  const flow = await converse(parley, { public_id: 'scale-pub' });
  await flow.say('hi');
  await flow.say('0', 2);
  await flow.say('4.5', 2);
  expect(flow.given()).toEqual([]);
  await flow.say('12');
  expect(flow.given()).toEqual(['12']);
});

test('a date that no hint explains is asked back where it is unsure, with the readings as buttons', async () => {
  const flow = await converse(parley, { public_id: 'us-date-pub', input_hints: false });
  await flow.say('hi');
  const [which] = await flow.say('03/04/2027');
  expect(which?.type).toBe('buttons');
  expect(titles(which)).toHaveLength(2);
  expect(flow.given()).toEqual([]);
  await flow.say('2');
  expect(flow.given()).toHaveLength(1);
  const local = await converse(parley, { public_id: 'us-date-pub', input_hints: false, locale: 'pt-BR' });
  await local.say('hi');
  await local.say('03/04/2027');
  expect(local.given()).toEqual(['04/03/2027']);
});

test('too many refusals of one input in a row ask for a person once the flow’s words have left', async () => {
  const flow = await converse(parley, { public_id: 'menu-pub', max_invalid_replies: 2 });
  await flow.say('hi');
  await flow.say('nowhere', 2);
  expect(await flow.say('still nowhere', 2)).toMatchObject([{ type: 'text' }, { body: 'Where?' }]);
  const { id } = await flow.ends({ chat_mode: 'awaiting' });
  const requested = (await flow.events()).filter(({ type }) => type === 'handoff_requested');
  expect(requested).toMatchObject([{ data: { by: 'max_invalid_replies' } }]);
  await flow.contact.says('1');
  const path = `/instances/${flow.shop.id}/typebots/sessions/${String(id)}`;
  await until(async () => {
    const { body } = await parley.call('GET', `${path}/messages`);
    expect(body.messages.at(-1)).toMatchObject({ direction: 'incoming', text: '1' });
  });
  expect(flow.given()).toEqual(['nowhere', 'still nowhere']);
  expect((await parley.call('POST', `${path}/resume`, {})).status).toBe(200);
  await flow.ends({ chat_mode: 'bot' });
  await flow.say('elsewhere', 2);
  await flow.say('2');
  expect((await flow.contact.session()).chat_mode).toBe('bot');
});

test('a loop back to the same question is no refusal, and shows its new text alone', async () => {
  const settings = { public_id: 'lines-pub', max_invalid_replies: 2, input_hints: false };
  const flow = await converse(parley, settings);
  await flow.say('hi');
  expect(await flow.say('3')).toEqual([text('Item 2: how many? (last 3)')]);
  expect(await flow.say('4')).toEqual([text('Item 3: how many? (last 4)')]);
  expect(await flow.say('5')).toEqual([text('Item 4: how many? (last 5)')]);
  expect((await flow.contact.session()).chat_mode).toBe('bot');
});

test('pages, questions back and stale taps are no refusals', async () => {
  const flow = await converse(parley, { public_id: 'search-pub', max_invalid_replies: 1 });
  await flow.say('hi');
  await flow.say('more');
  await flow.say('more');
  await flow.say('wn 4');
  await flow.say(tapOf('t0:it_1', 'Town 1x'), 2);
  expect(await flow.say('44')).toEqual([text('Next?')]);
  expect((await flow.contact.session()).chat_mode).toBe('bot');
});
