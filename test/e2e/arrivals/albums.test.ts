import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useParley } from '../../support/parley.js';
import { evolutionMessage, evolutionWebhook } from '../../support/providers/evolution.js';
import { startProvider } from '../../support/providers/index.js';
import type { Json, Provider, Webhook } from '../../support/providers/provider.js';
import { openShop } from '../../support/providers/shop.js';
import type { Guest, Shop } from '../../support/providers/shop.js';
import { wahaMessage, wahaWebhook } from '../../support/providers/waha.js';
import { textBubble } from '../../support/typebot/stand-in.js';

const ask = (text: string, type: string, options: Json = {}) => ({
  messages: [textBubble(`b_${text}`, text)],
  input: { id: `i_${text}`, type: `${type} input`, options },
});
const parley = useParley({
  flows: {
    flows: {
      'text-pub': { answers: ['One', 'Two', 'Three', 'Four'].map((text) => ask(text, 'text')) },
      'files-pub': {
        answers: [
          ask('Send all', 'file', { isMultipleAllowed: true }),
          ask('Thanks', 'text'),
          ask('Too often', 'text'),
        ],
      },
    },
  },
});

const png = () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(100)]);

interface Album {
  header(ana: Guest, images: number, videos?: number): Webhook;
  file(provider: Provider, ana: Guest, caption?: string): Webhook;
}

const albums: Record<string, Album> = {
  evolution: {
    header: ({ phone }, expectedImageCount, expectedVideoCount = 0) =>
      upsert(phone, { albumMessage: { expectedImageCount, expectedVideoCount } }),
    file: (_provider, { phone }, caption) =>
      upsert(phone, {
        associatedChildMessage: { message: { imageMessage: { mimetype: 'image/png', caption } } },
        base64: png().toString('base64'),
      }),
  },
  waha: {
    header: ({ phone }, ExpectedImageCount, ExpectedVideoCount = 0) =>
      wahaWebhook(
        'message',
        wahaMessage(phone, {
          _data: { Message: { albumMessage: { ExpectedImageCount, ExpectedVideoCount } } },
        }),
      ),
    file: ({ server }, { phone }, caption = '') => {
      const path = `/api/files/default/${randomBytes(8).toString('hex')}.png`;
      server.files.set(path, { bytes: png(), mimeType: 'image/png' });
      const media = { url: `http://localhost:3000${path}`, mimetype: 'image/png', error: null };
      return wahaWebhook('message', wahaMessage(phone, { body: caption, hasMedia: true, media }));
    },
  },
};

/** As in https://github.com/devlikeapro/waha/issues/1241: the header has no count, and no file names it. */
const webjsHeader = ({ phone }: Guest) =>
  wahaWebhook('message', wahaMessage(phone, { body: '', media: null, _data: { type: 'album' } }));

function upsert(phone: string, message: Json): Webhook {
  return evolutionWebhook('messages.upsert', evolutionMessage(phone, message));
}

/** How many messages each turn of several took. */
async function merged(shop: Shop, ana: Guest): Promise<number[]> {
  const { id } = await ana.session();
  const { body } = await parley.call('GET', `/instances/${shop.id}/typebots/sessions/${id}/events?limit=200`);
  return body.events.filter(({ type }: Json) => type === 'turn.merged').map(({ data }: Json) => data.count);
}

const texts = (ana: Guest) => ana.heard().map(({ text }) => text);
/** A picture alone is no answer to a question that takes text: its caption is. */
const CAPTION = 'look';

describe.each(Object.keys(albums))('an album on %s, without a debounce', (name) => {
  const { header, file } = albums[name] as Album;
  let provider: Provider;
  beforeAll(async () => {
    provider = await startProvider(name);
  });
  afterAll(() => provider.server.close());
  const open = (public_id: string) =>
    openShop(parley, provider, { typebot: { public_id, debounce_ms: 0, input_hints: false } });

  test('starts one turn with all its files, although its header came before there was a session', async () => {
    const shop = await open('text-pub');
    const ana = shop.guest();
    await shop.post(
      header(ana, 2, 1),
      file(provider, ana),
      file(provider, ana, CAPTION),
      file(provider, ana),
    );
    await ana.hears(1);
    await shop.post(ana.says('next'));
    await ana.hears(2);
    expect(texts(ana)).toEqual(['One', 'Two']);
    expect(await merged(shop, ana)).toEqual([3]);
  });

  test('goes on without the file that never comes; what is written later is a turn of its own', async () => {
    const shop = await open('text-pub');
    const ana = shop.guest();
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    await shop.post(header(ana, 4), file(provider, ana), file(provider, ana, CAPTION));
    await ana.hears(2);
    await shop.post(ana.says('next'));
    await ana.hears(3);
    expect(texts(ana)).toEqual(['One', 'Two', 'Three']);
    expect(await merged(shop, ana)).toEqual([2]);
  });

  test('counts the file that overtook its header', async () => {
    const shop = await open('text-pub');
    const ana = shop.guest();
    const [head, early, ...rest] = [header(ana, 3), ...[1, 2, 3].map(() => file(provider, ana, CAPTION))];
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    await shop.post(early as Webhook);
    await ana.hears(2);
    await shop.post(head as Webhook, ...rest);
    await ana.hears(3);
    expect(await merged(shop, ana)).toEqual([2]);
    const { rows } = await parley.db.query('SELECT album_left FROM contacts WHERE instance_id = $1', [
      shop.id,
    ]);
    expect(rows, 'nothing is waited for any more').toEqual([{ album_left: 0 }]);
    await shop.post(file(provider, ana, CAPTION));
    await ana.hears(4);
    expect(texts(ana)).toEqual(['One', 'Two', 'Three', 'Four']);
    expect(await merged(shop, ana)).toEqual([2]);
  });

  test('is not needed where the question takes several files: all that follow are one answer', async () => {
    const shop = await open('files-pub');
    const ana = shop.guest();
    await shop.post(ana.says('oi'));
    await ana.hears(1);
    for (let count = 0; count < 3; count += 1) await shop.post(file(provider, ana));
    await ana.hears(2);
    const answer = JSON.stringify(parley.typebot.repliesOf(ana).at(-1));
    expect(answer.match(/https?:/g)).toHaveLength(3);
    expect(texts(ana)).toEqual(['Send all', 'Thanks']);
    expect(await merged(shop, ana)).toEqual([3]);
  });
});

test('an album without a count is one turn; what comes later is one of its own', async () => {
  const provider = await startProvider('waha');
  const shop = await openShop(parley, provider, { typebot: { public_id: 'text-pub', input_hints: false } });
  const ana = shop.guest();
  const { file } = albums['waha'] as Album;
  await shop.post(ana.says('oi'));
  await ana.hears(1);
  const pictures = [1, 2, 3].map(() => file(provider, ana, CAPTION));
  await shop.post(webjsHeader(ana), ...pictures);
  await ana.hears(2);
  expect(await merged(shop, ana)).toEqual([3]);
  await shop.post(ana.says('next'));
  await ana.hears(3);
  expect(texts(ana)).toEqual(['One', 'Two', 'Three']);
  expect(await merged(shop, ana)).toEqual([3]);
  await provider.server.close();
});

test('a header that is delivered twice opens no second album', async () => {
  const provider = await startProvider('evolution');
  const shop = await openShop(parley, provider, { typebot: { public_id: 'text-pub', input_hints: false } });
  const ana = shop.guest();
  const { header, file } = albums['evolution'] as Album;
  const head = header(ana, 2);
  await shop.post(head, file(provider, ana), file(provider, ana), head);
  await ana.hears(1);
  await shop.post(file(provider, ana, CAPTION));
  await ana.hears(2);
  expect(texts(ana)).toEqual(['One', 'Two']);
  expect(await merged(shop, ana)).toEqual([2]);
  await provider.server.close();
});
