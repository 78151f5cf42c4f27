import { describe, expect, test } from 'vitest';
import { channels, converse, text, titles } from '../../support/flows.js';
import { useParley } from '../../support/parley.js';

const parley = useParley();
const png = { mimeType: 'image/png', base64: 'iVBORw0KGgo=' };

const option = (label: string, id: string) => ({ type: 'text', text: label, metadata: { replyId: id } });
const numbered = (question: string, options: string[], hint: string) =>
  text(`${question}\n\n${options.map((label, index) => `${index + 1}. ${label}`).join('\n')}\n\n${hint}`);
const single = 'Reply with the number or the text';
const multiple = (example: string) => `Reply with one or more numbers, for example ${example}`;

describe.each(Object.entries(channels))('the walk through every input, %s channel', (kind, channel) => {
  const native = kind === 'native';

  test('shows every prompt as a contact can read it, and gives Typebot what the engine accepts', async () => {
    const flow = await converse(parley, { public_id: 'inputs-pub', time_zone: 'Europe/Paris' }, channel);
    const retry = text('Invalid message. Please, try again.');
    expect(await flow.say('hi')).toEqual([
      text('Text?\nType here… You can also send a voice message or a file'),
    ]);
    expect(await flow.say('hello')).toEqual([text('Number?\n1..10')]);
    expect(await flow.say('50', 2)).toEqual([retry, text('Number?\n1..10')]);
    expect(await flow.say('7')).toEqual([text('Email?\nFor example name@example.com')]);
    expect(await flow.say('ada(at)example', 2)).toEqual([
      text('Bad email hello, again please'),
      text('Email?\nFor example name@example.com'),
    ]);
    expect(await flow.say('Ada <ADA@example.com>')).toEqual([text('Url?\nFor example https://example.com')]);
    const [date] = await flow.say('example.com/x');
    const hint = String(date?.[native ? 'body' : 'text']);
    // The example is near today. The order is said only when the example does not show it.
    const [day = '', month = ''] = hint.match(/\d\d/g) ?? [];
    const order = Number(day) > 12 || day === month ? '' : ', day/month/year';
    const rest = `/\\d{4}${order} \\(from 01/01/2020 to 31/12/2030\\)$`;
    expect(hint).toMatch(new RegExp(`^Date\\?\nFor example ${day}/${month}${rest}`));
    expect(titles(date)).toEqual(native ? ['Today', 'Tomorrow'] : []);
    const [range] = await flow.say('21/11/2026');
    expect(range?.text).toMatch(/^Range\?\nFor example From: \d\d\/\d\d\/\d{4} \d\d:\d\d To: /);
    expect(await flow.say('25/12/2026 10:00 to 27/12/2026 11:00')).toEqual([
      text('Time?\nFor example 14:30'),
    ]);
    const phone = 'Phone?\nWith country code, for example +33 6 12 34 56 78';
    const [asked] = await flow.say('5pm');
    expect(asked).toMatchObject(native ? { type: 'buttons', body: phone } : text(phone));
    expect(titles(asked)).toEqual(native ? [`+${flow.contact.phone}`] : []);
    const long = 'Option C with a very long label above twenty chars';
    const [choice] = await flow.say('06 12 34 56 78');
    if (native) {
      expect(choice).toMatchObject({ type: 'list', body: 'Choice?', button: 'See options' });
      expect(titles(choice)).toEqual(['Option A', 'Option B', 'Option C with a very lo…', 'Option D']);
      expect(choice?.sections).toMatchObject([{ rows: [{}, {}, { description: long }, {}] }]);
    } else expect(choice).toEqual(numbered('Choice?', ['Option A', 'Option B', long, 'Option D'], single));
    const [values] = native ? await flow.tap('Option C with a very lo…') : await flow.say('option c');
    if (native) expect(titles(values)).toEqual(['Small', 'Large']);
    else expect(values).toEqual(numbered('Choice with internal values?', ['Small', 'Large'], single));
    expect(native ? await flow.tap('Small') : await flow.say('1')).toEqual([
      numbered('Multi?', ['Red', 'Green', 'Dark, blue', 'Yellow'], multiple('1, 3')),
    ]);
    const cities = Array.from({ length: 12 }, (_, index) => `City ${String(index + 1).padStart(2, '0')}`);
    expect(await flow.say('1, dark, blue and 4')).toEqual([
      numbered('Searchable?', cities, 'Reply with the number or part of the name'),
    ]);
    expect(titles((await flow.say('y 07'))[0])).toEqual(native ? ['Alpha', 'Beta', 'Gamma'] : []);
    const pictures = await flow.say('2', 3);
    expect(pictures.slice(0, 2)).toEqual([
      {
        type: 'image',
        media: { url: 'https://example.com/1.png' },
        caption: `${native ? '' : '1. '}*Cat*\nA small cat`,
      },
      {
        type: 'image',
        media: { url: 'https://example.com/2.png' },
        caption: `${native ? '' : '2. '}*Dog*\nA big dog`,
      },
    ]);
    if (native) expect(titles(pictures[2])).toEqual(['Cat', 'Dog']);
    else expect(pictures[2]).toEqual(numbered('Picture?', ['Cat', 'Dog'], single));
    expect((await flow.say('dog', 3))[2]).toEqual(numbered('Pictures?', ['Cat', 'Dog'], multiple('1, 2')));
    const [rate] = await flow.say('2 and cat');
    if (native) expect(rate).toMatchObject({ type: 'list', body: 'Rate?\n1 (bad) … 5 (good)' });
    else expect(rate).toEqual(text('Rate?\n1 (bad) … 5 (good)'));
    const file = text('File?\nSend one or more photos or documents');
    expect(native ? await flow.tap('⭐⭐⭐⭐') : await flow.say('4')).toEqual([file]);
    expect(await flow.say('no file', 2)).toEqual([retry, file]);
    const [optional] = await flow.say({ contentType: 'image', media: png });
    const words = 'Optional file?\nSend a file (PDF)';
    if (native)
      expect(optional).toMatchObject({ type: 'buttons', body: words, buttons: [{ title: 'Skip it' }] });
    else expect(optional).toEqual(text(`${words}. Reply *Skip it* to go on without a file`));
    const cards = await flow.say('skip', 3);
    if (native) {
      expect(cards[1]).toMatchObject({
        ...{ type: 'buttons', body: '*Basic*\n10 EUR' },
        header: { type: 'image', url: 'https://example.com/c1.png' },
        buttons: [{ title: 'Buy' }, { title: 'Details' }],
      });
      expect(cards[2]).toMatchObject({ type: 'buttons', body: '*Pro*', buttons: [{ title: 'Buy' }] });
    } else {
      expect(cards[1]?.caption).toBe('*Basic*\n10 EUR\n\n1. Buy\n2. Details');
      expect(cards[2]).toEqual(text(`*Pro*\n\n3. Buy\n\n${single}`));
    }
    const [done] = native ? await flow.tap('Details') : await flow.say('2');
    expect(String(done?.text)).toMatch(/^Done\. text=hello num=7 mail=ada@example\.com/);
    await flow.ends({ status: 'closed', close_reason: 'completed' });

    const given = flow.given();
    const fileUrl = String(given[19]);
    expect(given).toEqual([
      ...['hello', '50', '7', 'ada(at)example', 'ADA@example.com', 'example.com/x', '21/11/2026'],
      ...['25/12/2026 10:00 to 27/12/2026 11:00', '17:00', '+33612345678'],
      ...[
        option(long, 'it_c'),
        option('Small', 'it_v1'),
        'Red, Dark, blue, Yellow',
        option('City 07', 'it_s7'),
      ],
      ...[option('Beta', 'choice1'), option('Dog', 'pc_2'), 'Cat, Dog', '4', 'no file', fileUrl, null],
      option('cp_1b', 'cp_1b'),
    ]);
  });
});
