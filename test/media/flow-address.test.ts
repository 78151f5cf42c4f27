import { expect, test } from 'vitest';
import { flowAddress } from '../../src/conversations/turns/flow-address.js';
import { isPrivateHost } from '../../src/guarded-http/private-addresses.js';
import type { MediaRow } from '../../src/store/messages/media.js';

const stored = 'https://files.example.com/stored.pdf';
const media: MediaRow = {
  id: 'm1',
  instanceId: 'VZ1',
  sessionId: null,
  token: 'token',
  storageKey: 'k',
  mimeType: 'application/pdf',
  fileName: 'a.pdf',
  size: 3,
  sha256: '',
  transcript: null,
};

interface Case {
  ours: string;
  viewer: string;
  input?: string;
  stores?: boolean;
}

/** What the flow gets, and the block the file was uploaded for. */
async function address({ ours, viewer, input = 'file input', stores = true }: Case) {
  const blocks: string[] = [];
  const url = await flowAddress(
    {
      library: { flowUrl: () => ours, bytes: () => Promise.resolve(new Uint8Array(3)) },
      typebot: {
        upload: ({ blockId }) => {
          blocks.push(blockId);
          return Promise.resolve(stores ? stored : undefined);
        },
      },
    },
    {
      openInput: { id: 'i1', type: input, turn: 1, choices: [] },
      typebotSessionId: 's',
      typebot: { id: 't', typebotUrl: viewer, publicId: 'p' },
    },
    media,
  );
  return { url, blocks };
}

const local = 'http://localhost:8080/media/token.pdf';
const open = 'https://parley.example.com/media/token.pdf';
const cloud = 'https://typebot.io';

test('a file at a public Parley goes to the flow by its own address', async () => {
  expect(await address({ ours: open, viewer: cloud })).toEqual({ url: open, blocks: [] });
});

test('a file at a private Parley goes into the store of a public viewer', async () => {
  expect(await address({ ours: local, viewer: cloud })).toEqual({ url: stored, blocks: ['i1'] });
});

test('a viewer on the same private network opens the address itself', async () => {
  expect(await address({ ours: local, viewer: 'http://127.0.0.1:3000' })).toEqual({ url: local, blocks: [] });
});

test('a question that takes no file uploads none', async () => {
  expect(await address({ ours: local, viewer: cloud, input: 'choice input' })).toEqual({
    url: local,
    blocks: [],
  });
});

test('when the store refuses the file, the address stays ours', async () => {
  expect(await address({ ours: local, viewer: cloud, stores: false })).toEqual({
    url: local,
    blocks: ['i1'],
  });
});

test.each([
  ['http://localhost:8080', true],
  ['http://10.1.2.3', true],
  ['http://[::1]:80', true],
  ['http://parley', true],
  ['http://bot.internal', true],
  ['https://parley.example.com', false],
  ['http://8.8.8.8', false],
])('%s is private: %s', (url, expected) => {
  expect(isPrivateHost(url)).toBe(expected);
});
