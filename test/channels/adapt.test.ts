import { describe, expect, it } from 'vitest';
import type { ChannelCapabilities, OutboundContent } from '../../activities/ports/messages.js';
import { adapt } from '../../src/channels/forms/adapt.js';
import { defaultCapabilities } from '../../src/channels/forms/capabilities.js';
import { simplerForm } from '../../src/channels/forms/simpler-form.js';
import { splitText } from '../../src/channels/forms/split-text.js';
import { loadFixtures } from './fixtures.js';
import { randomFrom, type Random } from './random.js';

const meta = defaultCapabilities['cloud-api'];

describe('recorded adapt cases', () => {
  for (const fixture of loadFixtures('adapt')) {
    it(`${fixture.case}: ${fixture.shows}`, () => {
      expect(adapt(fixture.content, fixture.capabilities, fixture.options)).toEqual(fixture.expect);
    });
  }
});

describe('adapt', () => {
  it('drops a reaction that the channel does not have, and leaves a template to be refused', () => {
    const reaction: OutboundContent = { type: 'reaction', targetKeyId: 'k', emoji: '👍' };
    expect(adapt(reaction, { ...meta, reaction: false })).toEqual([]);
    const template: OutboundContent = { type: 'template', name: 'n', language: 'pt_BR' };
    expect(adapt(template, defaultCapabilities.waha)).toEqual([template]);
  });

  it('shows a sticker as an image, and as a document where the image type is not taken', () => {
    const sticker: OutboundContent = { type: 'sticker', media: { url: 'https://a.example/s.webp?v=1' } };
    expect(adapt(sticker, { ...meta, sticker: false, imageMimeTypes: undefined })).toEqual([
      { type: 'image', media: { url: 'https://a.example/s.webp?v=1' } },
    ]);
    expect(adapt(sticker, { ...meta, sticker: false })).toEqual([
      { type: 'document', media: { url: 'https://a.example/s.webp?v=1' }, fileName: 's.webp' },
    ]);
  });

  it('takes the words of the options', () => {
    const content: OutboundContent = {
      type: 'buttons',
      body: ' ',
      buttons: [1, 2, 3, 4].map((n) => ({ id: `${n}`, title: `Option ${n}` })),
    };
    expect(adapt(content, meta, { openListLabel: 'Options', choicePrompt: 'Choose:' })).toMatchObject([
      { type: 'list', button: 'Options', body: 'Choose:' },
    ]);
  });

  it('sends a media header first where buttons cannot carry it', () => {
    const content: OutboundContent = {
      type: 'buttons',
      header: { type: 'video', url: 'https://a.example/v.mp4' },
      body: 'Ok?',
      buttons: [{ id: 'a', title: 'Sim' }],
    };
    expect(adapt(content, { ...meta, buttonMediaHeader: false })).toEqual([
      { type: 'video', media: { url: 'https://a.example/v.mp4' } },
      { type: 'buttons', body: 'Ok?', buttons: [{ id: 'a', title: 'Sim' }] },
    ]);
  });

  it('lets the numbers run on over a section without a title', () => {
    const content: OutboundContent = {
      type: 'list',
      body: 'Escolha',
      button: 'Ver',
      sections: [
        { title: 'Doces', rows: [{ id: 'a', title: 'Bolo' }] },
        { rows: [{ id: 'b', title: 'Pastel' }] },
      ],
    };
    expect(adapt(content, { ...meta, list: false, buttons: 0 })).toEqual([
      { type: 'text', text: 'Escolha\n\n*Doces*\n1. Bolo\n2. Pastel' },
    ]);
  });
});

describe('the next simpler form', () => {
  it('goes from buttons to a list to numbered text and ends there', () => {
    const content: OutboundContent = { type: 'buttons', body: 'Ok?', buttons: [{ id: 'a', title: 'Sim' }] };
    const list = simplerForm(content, meta)?.[0];
    expect(list).toMatchObject({ type: 'list' });
    const text = list && simplerForm(list, meta)?.[0];
    expect(text).toEqual({ type: 'text', text: 'Ok?\n\n1. Sim' });
    expect(text && simplerForm(text, meta)).toBeUndefined();
  });

  it('goes from an image to a document to a text with the link', () => {
    const image: OutboundContent = {
      type: 'image',
      media: { url: 'https://a.example/i.png' },
      caption: 'Veja',
    };
    const document = simplerForm(image, meta)?.[0];
    expect(document).toMatchObject({ type: 'document' });
    expect(document && simplerForm(document, meta)).toEqual([
      { type: 'text', text: 'Veja\nhttps://a.example/i.png' },
    ]);
  });
});

describe('properties', () => {
  const words = [
    'oi',
    'família',
    '👨‍👩‍👧‍👦',
    'é',
    'preço.',
    'a\n\nb',
    'uma-palavra-muito-comprida-sem-fim',
    '🇧🇷',
    '  ',
  ];
  const sentence = (random: Random, most: number) =>
    Array.from({ length: random.below(most) }, () => random.pick(words)).join(random.pick([' ', '\n', '. ']));
  const limits = (random: Random): ChannelCapabilities => ({
    ...meta,
    buttons: random.below(4),
    list: random.below(2) === 1,
    buttonMediaHeader: random.below(2) === 1,
    maxText: 20 + random.below(100),
    maxButtonBody: 20 + random.below(60),
    maxListBody: 20 + random.below(60),
    maxRows: random.below(12),
  });
  const options = (random: Random, most: number) =>
    Array.from({ length: 1 + random.below(most) }, (_, index) => ({
      id: `itm_${index}`,
      title: sentence(random, 8) || 'x',
    }));

  const cases = Array.from({ length: 300 }, (_, seed) => seed);

  it('every part is within the limits and no option is lost', () => {
    for (const seed of cases) {
      const random = randomFrom(seed);
      const capabilities = limits(random);
      const buttons = options(random, 14);
      const parts = adapt({ type: 'buttons', body: sentence(random, 40), buttons }, capabilities);
      for (const part of parts) expect(excess(part, capabilities), `seed ${seed}`).toEqual([]);
      expect(lostOptions(parts, buttons), `seed ${seed}`).toEqual([]);
    }
  });

  it('a split text loses nothing but white space and cuts no grapheme', () => {
    for (const seed of cases) {
      const random = randomFrom(seed);
      const text = sentence(random, 120);
      const limit = 20 + random.below(60);
      const parts = splitText(text, limit);
      expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      expect(parts.every((part) => part.length <= limit && !part.startsWith('\u200d'))).toBe(true);
    }
  });
});

function excess(part: OutboundContent, limits: ChannelCapabilities): string[] {
  switch (part.type) {
    case 'text':
      return part.text.length <= limits.maxText ? [] : ['text'];
    case 'buttons':
      return [
        ...(part.body.length <= limits.maxButtonBody && part.body ? [] : ['body']),
        ...(part.buttons.length <= limits.buttons ? [] : ['buttons']),
        ...titleExcess(
          part.buttons.map(({ title }) => title),
          limits.maxButtonTitle,
        ),
      ];
    case 'list': {
      const rows = part.sections.flatMap((section) => section.rows);
      return [
        ...(part.body.length <= limits.maxListBody && part.body ? [] : ['body']),
        ...(rows.length <= limits.maxRows ? [] : ['rows']),
        ...(rows.every((row) => (row.description ?? '').length <= 72) ? [] : ['description']),
        ...titleExcess(
          rows.map(({ title }) => title),
          limits.maxRowTitle,
        ),
      ];
    }
    default:
      return [];
  }
}

function titleExcess(titles: string[], limit: number): string[] {
  const short = titles.every((title) => title.length <= limit);
  return short && new Set(titles).size === titles.length ? [] : ['titles'];
}

/** The options that cannot be chosen from what is shown: by id in a native form, by number and title in a text. */
function lostOptions(parts: OutboundContent[], options: { id: string; title: string }[]): string[] {
  const last = parts.at(-1);
  const ids = last?.type === 'buttons' ? last.buttons.map(({ id }) => id) : [];
  if (last?.type === 'list') ids.push(...last.sections.flatMap(({ rows }) => rows.map(({ id }) => id)));
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const lineOf = (title: string, index: number) => `${index + 1}.${title}`.replace(/\s/g, '');
  return options
    .filter(({ id }) => !ids.includes(id))
    .filter(({ title }, index) => !text.replace(/\s/g, '').includes(lineOf(title, index)))
    .map(({ id }) => id);
}
