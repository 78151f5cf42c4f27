import { describe, expect, it } from 'vitest';
import { cloudApi } from '../../src/channels/cloud-api/index.js';
import type { Channel } from '../../src/channels/channel.js';
import { codechat } from '../../src/channels/codechat/index.js';
import { evolution } from '../../src/channels/evolution/index.js';
import { inboundContentSchema } from '../../src/channels/provider/inbound-wire.js';
import { twilio } from '../../src/channels/twilio/index.js';
import { vzaps } from '../../src/channels/vzaps/index.js';
import { waha } from '../../src/channels/waha/index.js';
import { zapi } from '../../src/channels/zapi/index.js';
import type { Json } from './fixtures.js';
import { contextWith, posted, recorded } from './provider-checks.js';

/** What a channel makes of a message, given as the provider's own words for it. */
type Read = (provided: Json) => Json;

function readerOf<Settings>(
  folder: string,
  channel: Channel<Settings>,
  bodyOf: (provided: Json) => Json,
): Read {
  return (provided) => {
    const parsed = channel.parse(posted(bodyOf(provided)), contextWith(folder, channel));
    return (parsed.events[0] as Json)?.content ?? parsed.ignored[0];
  };
}

function changed(folder: string, name: string, change: (body: Json) => void): Json {
  const { body } = recorded(folder, name);
  change(body);
  return body;
}

const withMessage = (messageType: string | undefined, message: Json) =>
  changed('evolution', 'in-text', (body) => Object.assign(body.data, { messageType, message }));

const channels: Record<string, { read: Read; of: (type: string) => Json }> = {
  evolution: {
    read: readerOf('evolution', evolution, ([type, message]) => withMessage(type, message)),
    of: (type) => [type, { [type]: { some: 1 } }],
  },
  codechat: {
    read: readerOf('codechat', codechat, (type) =>
      changed('codechat', 'v1-in-text', ({ data }) =>
        Object.assign(data, { messageType: type, content: { some: 1 } }),
      ),
    ),
    of: (type) => type,
  },
  waha: {
    read: readerOf('waha', waha, (_data) =>
      changed('waha', 'in-text', ({ payload }) => Object.assign(payload, { body: '', _data })),
    ),
    of: (type) => ({ message: { [type]: { some: 1 } } }),
  },
  'waha WEBJS': {
    read: readerOf('waha', waha, (type) =>
      changed('waha', 'in-text', ({ payload }) => Object.assign(payload, { body: '', _data: { type } })),
    ),
    of: (type) => type,
  },
  zapi: {
    read: readerOf('zapi', zapi, (type) =>
      changed('zapi', 'in-text', (body) => Object.assign(body, { text: undefined, [type]: { some: 1 } })),
    ),
    of: (type) => type,
  },
  vzaps: {
    read: readerOf('vzaps', vzaps, (type) =>
      changed('vzaps', 'in-text', ({ event }) => Object.assign(event, { message: { [type]: { some: 1 } } })),
    ),
    of: (type) => type.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  },
  'cloud-api': {
    read: readerOf('meta', cloudApi, (type) =>
      changed('meta', 'in-text', (body) =>
        Object.assign(body.entry[0].changes[0].value.messages[0], { type, [type]: { some: 1 } }),
      ),
    ),
    of: (type) => type,
  },
  generic: {
    read: (contentType) => inboundContentSchema.parse({ contentType }),
    of: (type) => type,
  },
};

const unknown = 'hologramMessage';
const baileys = [
  ...['secretEncryptedMessage', 'albumMessage', 'pinInChatMessage', 'keepInChatMessage', 'callLogMesssage'],
  ...['encReactionMessage', 'senderKeyDistributionMessage', 'messageContextInfo', 'templateMessage', unknown],
];
const notices: Record<string, string[]> = {
  evolution: baileys,
  codechat: baileys,
  waha: baileys,
  vzaps: baileys.filter((type) => type !== 'callLogMesssage'),
  'waha WEBJS': ['e2e_notification', 'notification_template', 'gp2', 'call_log', 'pinned_message'],
  zapi: ['pinMessage', 'pollVote', 'newsletterAdminInvite', 'hydratedTemplate', unknown],
  'cloud-api': ['request_welcome', 'group_created', unknown],
  generic: ['pin', 'hologram'],
};

const written: Record<string, string[]> = {
  evolution: ['pollCreationMessageV3', 'eventMessage', 'productMessage', 'locationMessage'],
  codechat: ['pollCreationMessage', 'requestPaymentMessage'],
  waha: ['pollCreationMessageV2', 'groupInviteMessage'],
  vzaps: ['pollCreationMessage', 'stickerPackMessage'],
  'waha WEBJS': ['poll_creation', 'product', 'payment'],
  zapi: ['poll', 'event', 'product', 'video'],
  'cloud-api': ['unsupported', 'unknown'],
  generic: ['poll'],
};

const rows = (table: Record<string, string[]>) =>
  Object.entries(table).flatMap(([channel, types]) => types.map((type): [string, string] => [channel, type]));

describe('What is not surely a person’s message', () => {
  it.each(rows(notices))('%s: %s is a notice', (name, type) => {
    const { read, of } = channels[name] ?? {};
    expect(read?.(of?.(type))).toEqual({ contentType: 'system', systemType: 'other', providerType: type });
  });

  const header = { expectedImageCount: 2, expectedVideoCount: 1 };
  const codechatHeader = (content: Json) =>
    readerOf('codechat', codechat, () =>
      changed('codechat', 'v1-in-text', ({ data }) =>
        Object.assign(data, { messageType: 'albumMessage', content }),
      ),
    )({});
  const album = (name: string, provided: Json) => channels[name]?.read(provided);
  it.each<[string, (header: Json) => Json]>([
    ['evolution', (albumMessage) => album('evolution', ['albumMessage', { albumMessage }])],
    ['codechat', codechatHeader],
    ['waha NOWEB', (albumMessage) => album('waha', { message: { albumMessage } })],
    [
      'waha GOWS',
      ({ expectedImageCount: ExpectedImageCount, expectedVideoCount: ExpectedVideoCount }) =>
        album('waha', { Message: { albumMessage: { ExpectedImageCount, ExpectedVideoCount } } }),
    ],
    [
      'waha WEBJS',
      (counts) =>
        readerOf('waha', waha, () =>
          changed('waha', 'in-text', ({ payload }) =>
            Object.assign(payload, { body: '', _data: { type: 'album', ...counts } }),
          ),
        )({}),
    ],
    [
      'vzaps',
      ({ expectedImageCount, expectedVideoCount }) =>
        readerOf('vzaps', vzaps, () =>
          changed('vzaps', 'in-text', ({ event }) =>
            Object.assign(event, {
              message: {
                album_message: {
                  expected_image_count: expectedImageCount,
                  expected_video_count: expectedVideoCount,
                },
              },
            }),
          ),
        )({}),
    ],
  ])('but the header of an album on %s tells how many files follow', (_name, read) => {
    expect(read(header)).toMatchObject({ contentType: 'system', systemType: 'other', albumFiles: 3 });
    expect(read({ expectedImageCount: 1e9 })).toMatchObject({ albumFiles: 100 });
    for (const nothing of [
      {},
      { expectedImageCount: 1 },
      { expectedImageCount: -4 },
      { expectedImageCount: 'x' },
    ])
      expect(typeof read(nothing).albumFiles).not.toBe('number');
  });

  // The form of https://github.com/devlikeapro/waha/issues/1241 (WAHA 2025.8), where somebody asks for the count.
  it('but the header of an album on waha WEBJS, which has no count, says that files follow', () => {
    const uncounted = { body: '', hasMedia: false, media: null, _data: { viewed: false, type: 'album' } };
    const read = readerOf('waha', waha, () =>
      changed('waha', 'in-text', ({ payload }) => Object.assign(payload, uncounted)),
    );
    expect(read({})).toEqual({
      ...{ contentType: 'system', systemType: 'other', providerType: 'album', albumFiles: null },
    });
  });

  // https://developer.z-api.io/webhooks/on-message-received (April 2026) names no album: each picture comes by itself.
  it('is not made of a picture of an album on zapi, which announces none', () => {
    const image = {
      mimeType: 'image/jpeg',
      imageUrl: 'https://z.example/1.jpg',
      thumbnailUrl: '',
      caption: '',
    };
    const read = readerOf('zapi', zapi, () =>
      changed('zapi', 'in-text', (body) => Object.assign(body, { text: undefined, image })),
    );
    const content = read({});
    expect(content).toMatchObject({ contentType: 'image' });
    expect(content).not.toHaveProperty('albumFiles');
  });

  it('is a notice in Twilio’s form too', () => {
    const form = (fields: Record<string, string>) => {
      const body = new URLSearchParams({ MessageSid: 'SM1', From: 'whatsapp:+5531988887777', ...fields });
      const [event] = twilio.parse(posted(body.toString()), contextWith('twilio', twilio)).events;
      return (event as Json).content;
    };
    expect(form({ MessageType: 'hologram' })).toMatchObject({
      contentType: 'system',
      providerType: 'hologram',
    });
    expect(form({})).toEqual({ contentType: 'system', systemType: 'other' });
    expect(form({ MessageType: 'sticker' })).toMatchObject({ contentType: 'unsupported' });
    expect(form({ NumMedia: '1' })).toMatchObject({ contentType: 'unsupported' });
  });

  it.each(rows(written))('%s: %s is written by people', (name, type) => {
    const { read, of } = channels[name] ?? {};
    expect(read?.(of?.(type))).toMatchObject({ contentType: 'unsupported', providerType: type });
  });

  it('has a name of at most 100 characters', () => {
    expect(channels['generic']?.read('x'.repeat(5_000)).providerType).toHaveLength(100);
  });
});

describe('What travels beside a message', () => {
  const companions = { messageContextInfo: { secret: 1 }, senderKeyDistributionMessage: { groupId: 'g' } };

  it.each(['messageContextInfo', 'senderKeyDistributionMessage', undefined])(
    'never names it: messageType %s',
    (named) => {
      const read = channels['evolution']?.read ?? String;
      const beside = (part: Json) => read([named, { ...companions, ...part }]);
      expect(beside({ conversation: 'oi' })).toEqual({ contentType: 'text', text: 'oi' });
      expect(beside({ pollCreationMessage: {} })).toMatchObject({ contentType: 'unsupported' });
      expect(beside({ hologramMessage: {} })).toMatchObject({ providerType: 'hologramMessage' });
    },
  );

  it('is no message, and neither is what could not be decrypted', () => {
    const read = channels['evolution']?.read ?? String;
    expect(read([undefined, {}])).toEqual({ reason: 'undecryptable', count: 1 });
    expect(channels['waha WEBJS']?.read('ciphertext')).toEqual({ reason: 'notAMessage', count: 1 });
  });
});
