import { describe, expect, test } from 'vitest';
import { asks, asksChoice, channels, converse, text, type Conversation } from '../../support/flows.js';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';
import { textBubble, type StandInFlow } from '../../support/typebot/stand-in.js';

const parley = useParley({
  env: { PARLEY_PUBLIC_URL: 'https://parley.example.com/base', PARLEY_TYPEBOT_PATIENCE_MS: '1500' },
});

let published = 0;

/** A contact of a typebot that plays this flow. */
function playing(flow: StandInFlow, settings: object = {}): Promise<Conversation> {
  published += 1;
  const publicId = `flow-${published}-pub`;
  parley.typebot.publish(publicId, flow);
  return converse(parley, { public_id: publicId, ...settings });
}

describe('variables at the start', () => {
  test('say who writes, with what and where to call back; of a merged turn those of its first message', async () => {
    const flow = await converse(parley, { public_id: 'sysmsg-pub', debounce_ms: WIDE_WINDOW_MS });
    const now = Math.floor(Date.now() / 1000);
    const { contact, shop } = flow;
    await contact.sends({
      ...{ keyId: 'first-key', timestamp: now - 3 },
      contact: { id: contact.phone, name: '# *Ana* _Maria_ `Silva`\n1. Souza' },
      content: { contentType: 'location', latitude: -19.9, longitude: -43.9 },
    });
    await contact.sends({
      ...{ keyId: 'second-key', timestamp: now - 2 },
      contact: { id: contact.phone, name: 'Ana' },
      content: { contentType: 'text', text: 'and a text' },
      referral: {
        sourceType: 'ad',
        sourceId: '120',
        sourceUrl: 'https://fb.me/a',
        headline: 'Sale',
        ctwaClid: 'c1',
      },
    });
    await until(() => expect(flow.contents()).toHaveLength(1));
    const session = await contact.session();
    const base = `/instances/${shop.id}/typebots/sessions/${session.id}/messages`;
    const { body } = await parley.call('GET', base);
    const { callbackUrl, ...variables } = flow.calls()[0]?.body.prefilledVariables as Record<string, string>;
    expect(variables).toEqual({
      instanceInstanceId: shop.id,
      keyRemoteJid: contact.jid,
      keyId: 'first-key',
      contentType: 'location',
      messageId: body.messages[0].id,
      pushName: expect.stringMatching(/^Ana/),
      businessId: parley.workspaceId,
      sessionId: session.id,
      firstMessage: '-19.9, -43.9\nand a text',
      phone: contact.phone,
      ...{
        adSourceId: '120',
        adSourceUrl: 'https://fb.me/a',
        adHeadline: 'Sale',
        adBody: '',
        ctwaClid: 'c1',
      },
    });
    expect(callbackUrl).toMatch(/^https:\/\/parley\.example\.com\/base\/callbacks\/[\w-]{20,}$/);
    expect(flow.calls()[0]?.body).not.toHaveProperty('message');
    expect(flow.calls()[0]?.body.isStreamEnabled).toBe(false);
    expect(flow.calls()[0]?.headers.origin).toBeUndefined();
  });

  test.each([
    [
      'image',
      { contentType: 'image', media: { mimeType: 'image/png', base64: 'iVBORw0KGgo=' }, caption: 'look' },
      'image',
      'look',
    ],
    [
      'contacts',
      { contentType: 'contacts', contacts: [{ name: 'Bob', phones: ['+5511999990000'] }] },
      'contact',
      'Bob: +5511999990000',
    ],
    [
      'sticker',
      { contentType: 'sticker', media: { mimeType: 'image/webp', base64: 'UklGRg==' } },
      'sticker',
      '',
    ],
    [
      'audio',
      { contentType: 'audio', media: { mimeType: 'audio/ogg', base64: 'T2dnUw==' } },
      'audio',
      expect.stringMatching(/\/media\/[\w-]{20,}\.ogg$/),
    ],
    ['unsupported', { contentType: 'poll' }, 'unsupported', ''],
  ])('a first message of type %s is told in CodeChat’s word', async (_, content, word, first: unknown) => {
    const flow = await converse(parley, { public_id: 'sysmsg-pub' });
    await flow.say(content);
    expect(flow.calls()[0]?.body.prefilledVariables).toMatchObject({
      contentType: word,
      firstMessage: first,
    });
  });

  test('a manual start with a message has no key id', async () => {
    const flow = await converse(parley, { public_id: 'startinput-pub' });
    const path = `/instances/${flow.shop.id}/typebots/sessions/start`;
    const body = { public_id: 'startinput-pub', phone: flow.contact.phone, message: 'Bob', push_name: 'B' };
    expect((await parley.call('POST', path, body)).status).toBe(200);
    await until(() => expect(flow.contents()).toEqual([text('Hello Bob')]));
    expect(flow.calls()[0]?.body.prefilledVariables).toMatchObject({
      ...{ phone: flow.contact.phone, pushName: 'B', keyId: '', contentType: 'text', firstMessage: 'Bob' },
    });
  });

  test('a name of nothing but marks is empty, a leading number or bullet is dropped', async () => {
    const flow = await converse(parley, { public_id: 'sysmsg-pub' });
    const sent = await flow.contact.sends({
      contact: { id: flow.contact.phone, name: '1. - > Zoé_Café *vip*' },
      content: { contentType: 'text', text: 'hi' },
    });
    expect(sent.status).toBe(200);
    await until(() => expect(flow.contents()).toHaveLength(1));
    const { pushName } = flow.calls()[0]?.body.prefilledVariables as Record<string, string>;
    expect(pushName).toMatch(/Zoé ?Café vip$/);
    expect(pushName).not.toMatch(/[*_`#]/);
  });
});

describe.each(Object.entries(channels))('recorded bots, %s channel', (kind, channel) => {
  const native = kind === 'native';

  test('bubbles: every kind of bubble in order and with its exact markup, then the choice', async () => {
    const flow = await converse(parley, { public_id: 'bubbles-pub' }, channel);
    const shown = await flow.say('Yes', 9);
    expect(shown.slice(0, 8)).toEqual([
      text(
        'Plain, *bold* _italic_ underline ~strike~ *_both_* `code`\nHello Ada, list=["red","green","blue"], unset=[], expr=3\n\nLink: our site (https://example.com/a?b=c) and https://example.com.\n- first\n- second *bold*\n  - nested\n1. one\n2. two\nline1\nline2 *md bold*\n\nspecial *stars* _under_ ~tilde~ `tick` <b>html</b> 5 > 3 & co',
      ),
      {
        type: 'image',
        media: { url: 'https://example.com/pic.png' },
        caption: 'alt text\nhttps://example.com/go',
      },
      { ...text('https://media.giphy.com/x/giphy.gif'), previewUrl: true },
      { type: 'video', media: { url: 'https://example.com/clip.mp4' } },
      { ...text('https://www.youtube.com/watch?v=dQw4w9WgXcQ'), previewUrl: true },
      { type: 'audio', media: { url: 'https://example.com/a.mp3' }, ptt: true },
      { ...text('https://example.com/embed'), previewUrl: true },
      { type: 'document', media: { url: 'https://example.com/doc.pdf' }, fileName: 'doc.pdf' },
    ]);
    if (native) expect(shown[8]).toMatchObject({ type: 'buttons', body: 'What do you want?' });
    else
      expect(shown[8]).toEqual(
        text('What do you want?\n\n1. Yes\n2. No\n\nReply with the number or the text'),
      );
    expect(flow.calls()[0]?.body.prefilledVariables).toMatchObject({ firstMessage: 'Yes' });
    expect(native ? await flow.tap('Yes') : await flow.say('YES')).toEqual([text('Bye Ada')]);
    await flow.ends({ status: 'closed', close_reason: 'completed' });
  });

  test('branch: the item’s own edge and the default edge', async () => {
    const sales = await converse(parley, { public_id: 'branch-pub' }, channel);
    await sales.say('hi');
    const [own] = native ? await sales.tap('Sales') : await sales.say('1');
    const given = sales.given();
    const other = await converse(parley, { public_id: 'branch-pub' }, channel);
    await other.say('hi');
    const [fallback] = native ? await other.tap('No edge') : await other.say('no edge');
    expect(own).not.toEqual(fallback);
    expect([...given, ...other.given()]).toMatchObject([
      { text: 'Sales', metadata: { replyId: 'it_sales' } },
      { text: 'No edge', metadata: { replyId: 'it_none' } },
    ]);
  });

  test('startinput: the first message answers the first input, which is not shown', async () => {
    const flow = await converse(parley, { public_id: 'startinput-pub' }, channel);
    expect(await flow.say('Bob')).toEqual([text('Hello Bob')]);
    expect(flow.calls().map(({ kind }) => kind)).toEqual(['start', 'continue']);
    expect(flow.given()).toEqual(['Bob']);
  });

  test('noinput: ends at once and is never called again; the next message starts it anew', async () => {
    const flow = await converse(parley, { public_id: 'noinput-pub' }, channel);
    expect(await flow.say('hi')).toEqual([text('Only a bubble')]);
    await flow.ends({ status: 'closed', close_reason: 'completed' });
    expect(await flow.say('hi again')).toEqual([text('Only a bubble')]);
    expect(flow.calls().map((call) => call.kind)).toEqual(['start', 'start']);
    expect(await flow.contact.sessions()).toHaveLength(2);
  });

  test('sysmsg: the bot’s own words refuse, and the question is put again with them', async () => {
    const flow = await converse(parley, { public_id: 'sysmsg-pub' }, channel);
    await flow.say('hi');
    const [refusal, again] = await flow.say('bonjour', 2);
    expect(refusal).toEqual(text("Je n'ai pas compris"));
    if (native) expect(again).toMatchObject({ type: 'buttons', body: 'Pick one' });
    else expect(again).toEqual(text('Pick one\n\n1. A\n2. B\n\nReply with the number or the text'));
    expect(await flow.say('b')).toEqual([text('You chose B')]);
    expect(flow.given()).toEqual(['bonjour', { type: 'text', text: 'B', metadata: { replyId: 'xb' } }]);
  });

  test('remember: the last resultId of contact and typebot goes with the next start; a known value is offered by no button unless the flow prefills', async () => {
    const flow = await converse(parley, { public_id: 'remember-pub' }, channel);
    const [first] = await flow.say('hi');
    expect(first).toEqual(text('Hi Ann'));
    await flow.contact.says('Ann');
    await flow.ends({ status: 'closed' });
    await flow.say('back');
    const starts = flow.calls().filter((call) => call.kind === 'start');
    expect(starts[0]?.body.resultId).toBeUndefined();
    expect(starts[1]?.body.resultId).toMatch(/^result-|^s0osi/);
    expect(flow.given()).toEqual(['Ann']);
  });

  test('events: an invalid-reply event speaks for the bot, and the question stays open', async () => {
    const flow = await converse(parley, { public_id: 'events-pub', max_invalid_replies: 2 }, channel);
    const question = text('Your email?\nFor example name@example.com');
    expect(await flow.say('hi')).toEqual([question]);
    expect(await flow.say('bad', 2)).toEqual([text('Invalid: bad'), question]);
    expect(await flow.say(' A@B.co ')).toEqual([text('thanks')]);
    expect(flow.given()).toEqual(['bad', 'A@B.co']);
    expect((await flow.contact.session()).chat_mode).toBe('bot');
  });

  test('err: errors inside blocks are notes in the timeline, and the flow goes on', async () => {
    const flow = await converse(parley, { public_id: 'err-pub' }, channel);
    expect(await flow.say('hi', 2)).toEqual([text('start'), text("after errors A=throw new Error('boom')")]);
    const logs = (await flow.events()).filter(({ type }) => type === 'typebot.log');
    expect(logs.map(({ data }) => data)).toEqual([
      {
        description:
          '{"context":"While executing function","description":"[undefined] Unexpected token \'throw\'"}',
      },
      { description: expect.stringMatching(/^Security validation failed: Access to loopback/) },
    ]);
  });
});

describe('a refused start', () => {
  const settings = { unknown_message: 'Not now', keep_open: true };

  test.each([
    ['closed-pub', 'This bot is now closed', 400],
    ['quarantined-pub', 'This bot is now closed', 403],
    ['unpub-pub', 'Not now', 404],
    ['nobody-pub', 'Not now', 404],
    ['pay2-pub', 'Not now', 400],
    ['pay-pub', 'Not now', 404],
  ])('of %s says %s once and ends the session as failed', async (publicId, words, status) => {
    const flow = await converse(parley, { ...settings, public_id: publicId });
    expect(await flow.say('hi')).toEqual([text(words)]);
    await flow.ends({ status: 'closed', close_reason: 'failed', last_error: { source: 'typebot', status } });
    expect(flow.calls()).toHaveLength(1);
    expect(flow.contents()).toHaveLength(1);
    const { body } = await parley.call('GET', `/instances/${flow.shop.id}/health`);
    expect(body.typebots).toMatchObject([{ typebot_id: flow.shop.typebotId, last_error: { status } }]);
  });

  test('with an empty unknown_message sends nothing', async () => {
    const flow = await converse(parley, { public_id: 'nobody-pub' });
    await flow.contact.says('hi');
    await flow.ends({ status: 'closed', close_reason: 'failed' });
    expect(flow.contents()).toEqual([]);
  });
});

test('a start that is never reached keeps the session, and the next message starts again', async () => {
  const flow = await converse(parley, { public_id: 'startinput-pub', unknown_message: 'Not now' });
  for (let tries = 0; tries < 2; tries += 1)
    parley.typebot.fail({ of: flow.contact, call: 'start', status: 503, body: {} });
  parley.typebot.fail({
    of: flow.contact,
    call: 'start',
    status: 503,
    body: {},
    headers: { 'retry-after': '1' },
  });
  expect(await flow.say('hi')).toEqual([text('Not now')]);
  expect(await flow.contact.session()).toMatchObject({ status: 'opened', session_id: null });
  expect(await flow.say('Bob')).toEqual([text('Hello Bob')]);
  expect(await flow.contact.sessions()).toHaveLength(1);
});

describe('what begins a run, to the first question of a flow that said nothing', () => {
  const email = 'For example name@example.com';
  const thanks = { messages: [textBubble('b-thanks', 'Thanks')] };

  test.each([
    ['an email input', asks('', 'email input'), 'Ana <ana@b.co>', 'ana@b.co'],
    ['a number input', asks('', 'number input'), '1,234.5', '1234.5'],
    ['a date input', asks('', 'date input'), '25 December 2030', '25/12/2030'],
    ['a text input', asks('', 'text input'), 'hello', 'hello'],
    ['a rating', asks('', 'rating input', { options: { length: 5 } }), '4', '4'],
    ['an unknown input', asks('', 'voice input'), 'hello', 'hello'],
  ])('%s gets it as any reply, and the question is not shown', async (_, first, said, given) => {
    const flow = await playing({ answers: [first, thanks] });
    expect(await flow.say(said)).toEqual([text('Thanks')]);
    expect(flow.given()).toEqual([given]);
    expect(flow.contents()).toHaveLength(1);
  });

  test('a file input gets the file', async () => {
    const flow = await playing({ answers: [asks('', 'file input'), thanks] });
    const media = { mimeType: 'image/png', base64: 'iVBORw0KGgo=' };
    expect(await flow.say({ contentType: 'image', media })).toEqual([text('Thanks')]);
    expect(flow.given()).toEqual([expect.stringMatching(/^https:.*\.png$/)]);
  });

  test('a refusal shows only the question, and counts for nothing', async () => {
    const flow = await playing({ answers: [asks('', 'email input'), thanks] }, { max_invalid_replies: 1 });
    expect(await flow.say('hi')).toEqual([text(email)]);
    expect(flow.given()).toEqual(['hi']);
    expect(await flow.say('ana@b.co')).toEqual([text('Thanks')]);
    expect(flow.contents()).toHaveLength(2);
  });

  test('an invalid-reply event that it sets off is not shown either', async () => {
    const flow = await playing({
      answers: [asks('', 'email input'), thanks],
      invalidReply: () => [textBubble('evi', 'No!')],
    });
    expect(await flow.say('hi')).toEqual([text(email)]);
    expect(await flow.say('ana@b.co')).toEqual([text('Thanks')]);
  });

  test('what would be asked back is not sent: only the question is shown', async () => {
    const flow = await playing({ answers: [asks('', 'number input', { options: { step: 2 } }), thanks] });
    expect(await flow.say('3')).toEqual([text('Reply with a number, in steps of 2')]);
    expect(flow.given()).toEqual([]);
  });

  test.each([
    ['a choice', asksChoice('', ['Yes', 'No'])],
    ['a payment', asks('', 'payment input')],
    ['a question after words', asks('Your name?', 'text input')],
    [
      'a question after an address',
      {
        ...asks('', 'text input'),
        clientSideActions: [{ type: 'redirect', redirect: { url: 'https://x.io' } }],
      },
    ],
  ])('%s does not get it', async (_, first) => {
    const flow = await playing({ answers: [first, thanks] });
    await flow.say('Yes');
    expect(flow.calls().map(({ kind }) => kind)).toEqual(['start']);
  });

  test('a question behind a silent action gets it', async () => {
    const script = { scriptToExecute: { content: 'return 1', isCode: true, args: [] } };
    const action = { type: 'setVariable', setVariable: script, expectsDedicatedReply: true };
    const flow = await playing({
      answers: [{ messages: [], clientSideActions: [action] }, asks('', 'text input'), thanks],
    });
    expect(await flow.say('Bob')).toEqual([text('Thanks')]);
    expect(flow.given()).toEqual(['1', 'Bob']);
  });

  test('a flow that ends without a word is started, and never called again', async () => {
    const flow = await playing({ answers: [{ messages: [] }] });
    await flow.contact.says('hi');
    await flow.ends({ close_reason: 'completed' });
    expect(flow.calls().map(({ kind, body }) => [kind, 'message' in body])).toEqual([['start', false]]);
  });

  test('a lost session that asks another question first shows it and keeps the reply to itself', async () => {
    const name = asks('Your name?', 'text input');
    const flow = await playing({ answers: [name, asks('Your age?', 'text input'), thanks] });
    await flow.say('hi');
    await flow.say('Ana');
    parley.typebot.forgetSessions();
    expect(await flow.say('40')).toEqual([text('Your name?')]);
    expect(flow.given()).toEqual(['Ana', '40']);
  });
});

test('a lost Typebot session is begun anew once, with the same text, inside the same session', async () => {
  const flow = await converse(parley, { public_id: 'startinput-pub' });
  await flow.say('Bob');
  parley.typebot.forgetSessions();
  expect(await flow.say('Eve')).toEqual([text('Hello Eve')]);
  expect(flow.calls().map(({ kind, body }) => [kind, body.message])).toEqual([
    ['start', undefined],
    ['continue', 'Bob'],
    ['continue', 'Eve'],
    ['start', undefined],
    ['continue', 'Eve'],
  ]);
  expect(flow.calls()[3]?.body.prefilledVariables).toMatchObject({ firstMessage: 'Bob' });
  expect(await flow.contact.sessions()).toHaveLength(1);
  expect((await flow.events()).map(({ type }) => type)).toContain('typebot.session_lost');
});

test('hints follow the language, and input_hints turns them off', async () => {
  const hint = async (settings: object) => {
    const flow = await converse(parley, { public_id: 'events-pub', ...settings });
    return (await flow.say('hi'))[0]?.text;
  };
  expect(await hint({ locale: 'pt-BR' })).toBe('Your email?\nPor exemplo nome@exemplo.com');
  expect(await hint({ locale: 'es' })).toBe('Your email?\nPor ejemplo nombre@ejemplo.com');
  expect(await hint({ input_hints: false })).toBe('Your email?');
});
