import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { textBubble } from '../../support/typebot/stand-in.js';
import { until, useParley } from '../../support/parley.js';
import { startProvider } from '../../support/providers/index.js';
import type { InFile, Json, Provider, Webhook } from '../../support/providers/provider.js';
import { evolutionMessage, evolutionWebhook } from '../../support/providers/evolution.js';
import { openShop } from '../../support/providers/shop.js';
import type { Guest } from '../../support/providers/shop.js';
import { speechServiceForThisTest } from '../../transcription/speech-service.js';

const ask = (text: string, type: string) => ({
  messages: [textBubble(`b_${text}`, text)],
  input: { id: `i_${text}`, type: `${type} input`, options: {} },
});
const parley = useParley({
  flows: {
    flows: {
      'file-pub': { answers: [ask('Send it', 'file'), ask('Thanks', 'text')] },
      'text-pub': { answers: [ask('Speak', 'text'), ask('Heard', 'text'), ask('Again', 'text')] },
    },
  },
});

function voice(): InFile {
  const bytes = Buffer.concat([Buffer.from('OggS\0'), randomBytes(600)]);
  return { bytes, mimeType: 'audio/ogg; codecs=opus', seconds: 4 };
}

/** A webhook with a voice note; every provider here has one. */
function spoken(ana: Guest, file: InFile): Webhook {
  if (ana.speaks === undefined) throw new Error('no voice notes');
  return ana.speaks(file);
}

/** The bytes behind one of Parley's own addresses, whatever host it names. */
async function open(address: string): Promise<{ status: number; bytes: Buffer; type: string | null }> {
  const { pathname, search } = new URL(address);
  const response = await fetch(`http://127.0.0.1:${parley.api.port}${pathname}${search}`);
  const type = response.headers.get('content-type');
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()), type };
}

/** Text and files of the last reply of this contact that Typebot was given. */
function lastReply(ana: Guest): string {
  return JSON.stringify(parley.typebot.repliesOf(ana).at(-1));
}

const withVoice = [
  'cloud-api',
  'evolution',
  'waha',
  'codechat v1',
  'codechat go',
  'generic',
  'zapi',
  'twilio',
];

describe.each(withVoice)('a voice note on %s', (name) => {
  let provider: Provider;
  beforeAll(async () => {
    provider = await startProvider(name);
  });
  afterAll(() => provider.server.close());

  test('is fetched and kept: the flow gets an address that opens, so does the transcript', async () => {
    const shop = await openShop(parley, provider, { typebot: { public_id: 'file-pub', input_hints: false } });
    const ana = shop.guest();
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    const file = voice();
    await shop.post(spoken(ana, file));
    expect((await ana.hears(2)).map(({ text }) => text)).toEqual(['Send it', 'Thanks']);
    const address = /https?:[^"\\]+/.exec(lastReply(ana))?.[0] ?? '';
    expect((await open(address)).bytes.equals(file.bytes)).toBe(true);
    const item = (await ana.transcript()).find((one) => one.content_type === 'audio');
    const kept = await open(item.media_url);
    expect({ status: kept.status, same: kept.bytes.equals(file.bytes) }).toEqual({ status: 200, same: true });
    expect(
      (await open(item.media_url.replace(/.$/, (last: string) => (last === 'a' ? 'b' : 'a')))).status,
    ).toBeGreaterThan(400);
  });

  test('reaches the flow as text where a service hears it', async () => {
    const service = await speechServiceForThisTest({ body: JSON.stringify({ text: ' I want to book ' }) });
    const shop = await openShop(parley, provider, {
      typebot: { public_id: 'text-pub', transcribe_audio: true },
      transcription: {
        base_url: `${service.origin}/v1`,
        api_key: 'stt-key',
        model: 'whisper-1',
        language: 'pt',
      },
    });
    const ana = shop.guest();
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    const file = voice();
    await shop.post(spoken(ana, file));
    await ana.hears(2);
    expect(lastReply(ana)).toContain('I want to book');
    expect((await ana.transcript())[2]).toMatchObject({ content_type: 'audio', text: 'I want to book' });
    expect(service.uploads).toHaveLength(1);
    expect(service.uploads[0]).toMatchObject({
      path: '/v1/audio/transcriptions',
      authorization: 'Bearer stt-key',
      fields: { model: 'whisper-1', language: 'pt', response_format: 'json' },
      file: { fileName: 'audio.ogg' },
    });
    expect(service.uploads[0]?.file.bytes.equals(file.bytes)).toBe(true);
  });
});

describe('a voice note that nobody can hear', () => {
  let provider: Provider;
  beforeAll(async () => {
    provider = await startProvider('waha');
  });
  afterAll(() => provider.server.close());

  const shopWith = async (answer: Json, service: Json, publicId = 'text-pub') => {
    const { origin, uploads } = await speechServiceForThisTest(answer);
    const shop = await openShop(parley, provider, {
      typebot: { public_id: publicId, transcribe_audio: true, locale: 'en', input_hints: false },
      transcription: { base_url: origin, model: 'm', ...service },
    });
    const ana = shop.guest();
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    return { shop, ana, uploads };
  };

  test('is given to a file question as its address (send_url)', async () => {
    const { shop, ana } = await shopWith({ status: 401 }, { fallback: 'send_url' }, 'file-pub');
    await shop.post(spoken(ana, voice()));
    await ana.hears(2);
    expect(lastReply(ana)).toMatch(/https?:/);
    expect((await ana.session()).last_error).toMatchObject({ source: 'transcription', status: 401 });
  });

  test('is answered with a request to type (ask_to_type), and the typed answer counts', async () => {
    const { shop, ana } = await shopWith({ body: '{"text":"  "}' }, { fallback: 'ask_to_type' });
    await shop.post(spoken(ana, voice()));
    expect((await ana.hears(2))[1]?.text).toContain('Could you type it');
    await shop.post(ana.says('typed'));
    expect((await ana.hears(3))[2]?.text).toBe('Heard');
    expect(lastReply(ana)).toContain('typed');
  });

  test('is heard although its text holds a NUL, and is paid for once', async () => {
    const { shop, ana, uploads } = await shopWith({ body: JSON.stringify({ text: 'book\0it' }) }, {});
    await shop.post(spoken(ana, voice()));
    await ana.hears(2);
    expect(lastReply(ana)).toContain('book\uFFFDit');
    expect(uploads).toHaveLength(1);
  });

  test('is passed on as a file where its text cannot be stored, and the session says so', async () => {
    await parley.db.query(`ALTER TABLE media ADD CONSTRAINT refuse CHECK (transcript <> 'Boom')`);
    onTestFinished(async () => void (await parley.db.query('ALTER TABLE media DROP CONSTRAINT refuse')));
    const { shop, ana, uploads } = await shopWith(
      { body: JSON.stringify({ text: 'Boom' }) },
      { fallback: 'send_url' },
      'file-pub',
    );
    await shop.post(spoken(ana, voice()));
    await ana.hears(2);
    expect(lastReply(ana)).toContain('http');
    expect(uploads).toHaveLength(1);
    expect((await ana.session()).last_error).toMatchObject({
      source: 'transcription',
      message: 'internal error',
    });
  });

  test('is passed over (ignore), and kept in the transcript', async () => {
    const { shop, ana } = await shopWith({ status: 413 }, { fallback: 'ignore' });
    await shop.post(spoken(ana, voice()));
    await until(async () => expect((await ana.transcript()).at(-1)?.media_url).toMatch(/^https?:/));
    await shop.post(ana.says('typed'));
    await ana.hears(2);
    expect(ana.heard().map(({ text }) => text)).toEqual(['Speak', 'Heard']);
  });

  test('costs no request when the webhook says that it is too long', async () => {
    const { shop, ana, uploads } = await shopWith({}, { fallback: 'ask_to_type', max_seconds: 3 });
    await shop.post(spoken(ana, voice()));
    await ana.hears(2);
    expect(uploads).toHaveLength(0);
  });

  test('costs one request when the same webhook comes twice', async () => {
    const { shop, ana, uploads } = await shopWith({ body: '{"text":"once"}' }, {});
    const webhook = spoken(ana, voice());
    await shop.post(webhook, webhook);
    await ana.hears(2);
    await shop.post(ana.says('more'));
    await ana.hears(3);
    expect(uploads).toHaveLength(1);
    expect(
      parley.typebot
        .repliesOf(ana)
        .slice(-2)
        .map((reply) => JSON.stringify(reply)),
    ).toEqual([expect.stringContaining('once'), expect.stringContaining('more')]);
  });
});

describe('other ways to a file', () => {
  let [evolution, waha]: Provider[] = [];
  beforeAll(async () => {
    [evolution, waha] = await Promise.all([startProvider('evolution'), startProvider('waha')]);
  });
  afterAll(() => Promise.all([evolution?.server.close(), waha?.server.close()]));

  test('Evolution may put the bytes or a plain link into the webhook', async () => {
    if (evolution === undefined) throw new Error('not started');
    const shop = await openShop(parley, evolution, {
      typebot: { public_id: 'file-pub', input_hints: false },
    });
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(100)]);
    const other = await startProvider('zapi');
    other.server.files.set('/temp/a.png', { bytes: png, mimeType: 'image/png' });
    for (const extra of [
      { base64: png.toString('base64') },
      { mediaUrl: `${other.server.url}/temp/a.png` },
    ]) {
      const ana = shop.guest();
      await shop.post(ana.says('oi'));
      await ana.hears(1);
      const message = { imageMessage: { mimetype: 'image/png', caption: 'look' }, ...extra };
      await shop.post(evolutionWebhook('messages.upsert', evolutionMessage(ana.phone, message)));
      await ana.hears(2);
      const address = /https?:[^"\\]+/.exec(lastReply(ana))?.[0] ?? '';
      const kept = await open(address);
      expect({ type: kept.type, same: kept.bytes.equals(png) }).toEqual({ type: 'image/png', same: true });
      expect((await ana.transcript())[2]).toMatchObject({ content_type: 'image', text: 'look' });
    }
    await other.server.close();
  });

  test('a file that is gone at the provider is noted, and the conversation goes on', async () => {
    if (waha === undefined) throw new Error('not started');
    const shop = await openShop(parley, waha, { typebot: { public_id: 'text-pub' } });
    const ana = shop.guest();
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    const webhook = spoken(ana, voice());
    waha.server.files.clear();
    await shop.post(webhook);
    await until(async () =>
      expect((await ana.session()).last_error).toMatchObject({ source: 'media', status: 404 }),
    );
    expect((await ana.transcript())[2]).toMatchObject({ content_type: 'audio', media_url: null });
    await shop.post(ana.says('typed'));
    await until(() => expect(ana.heard().at(-1)?.text).toBe('Heard'));
  });
});
