import { fill, MiB, worstTexts } from './inputs.mjs';

const dist = '../../dist/src';

const capabilities = {
  buttons: 3,
  list: true,
  ctaUrl: true,
  maxText: 4096,
  maxCaption: 1024,
  maxButtonBody: 1024,
  maxButtonTitle: 20,
  maxListBody: 1024,
  maxRowTitle: 24,
  maxRows: 10,
};

export const render = {
  settings: { locale: 'en', timeZone: 'UTC', inputHints: true, typingEmulation: true },
  surface: { kind: 'whatsapp', capabilities },
  session: '11111111-1111-4111-8111-111111111111',
  turn: 1,
  asked: null,
  nowMs: Date.UTC(2026, 10, 20),
};
const textOnly = { ...capabilities, buttons: 0, list: false };

export const textBubble = (text) => ({ id: 'b', type: 'text', content: { markdown: text } });
const richBubble = (...children) => ({
  id: 'b',
  type: 'text',
  content: { richText: [{ type: 'p', children }] },
});
export const textInput = { id: 'i', type: 'text input' };
const nested = (depth, wrap, inner) => {
  let node = inner;
  for (let level = 0; level < depth; level += 1) node = wrap(node);
  return node;
};

const rich = {
  'bold and italic leaves in turn': (length) => [
    { text: 'a' },
    ...Array.from({ length: length / 60 }, (_, index) =>
      index % 2 ? { text: 'b', bold: true } : { text: 'i', italic: true },
    ),
  ],
  'blank leaves in a link': (length) => [
    {
      type: 'a',
      url: 'https://a.b',
      children: Array.from({ length: length / 40 }, () => ({ text: '  ', bold: true })),
    },
  ],
  'links in links': (length) => [
    nested(60, (inner) => ({ type: 'a', url: 'https://a.b', children: [inner] }), {
      text: fill('a ', length),
    }),
  ],
  'quotes in quotes': (length) => [
    nested(60, (inner) => ({ type: 'blockquote', children: [inner] }), {
      type: 'p',
      children: [{ text: fill('a\n', length) }],
    }),
  ],
  'lists in lists': (length) => [
    nested(60, (inner) => ({ type: 'ul', children: [{ type: 'li', children: [inner] }] }), {
      type: 'p',
      children: [{ text: fill('a\n', length) }],
    }),
  ],
  'many paragraphs': (length) =>
    Array.from({ length: length / 60 }, () => ({ type: 'p', children: [{ text: 'a' }] })),
};

export const items = (count, label) =>
  Array.from({ length: count }, (_, index) => ({ id: `item${index}`, content: label(index) }));
export const choice = (list, options = {}) => ({ id: 'i', type: 'choice input', items: list, options });

/** Answers of a viewer, parsed from their bytes and rendered. */
export async function typebotCases() {
  const { readAnswer } = await import(`${dist}/typebot/wire.js`);
  const { readJson } = await import(`${dist}/foreign/read-json.js`);
  const { renderAnswer } = await import(`${dist}/typebot/render.js`);
  const show = (bytes, setting = render) => {
    const answer = readAnswer(readJson(bytes));
    // More values than foreign JSON may hold, so it is refused before it is parsed.
    return answer ? renderAnswer({ answer, render: setting, isFirst: false }) : {};
  };
  const bytesOf = (answer) => Buffer.from(JSON.stringify(answer));
  const answerCase = (name, answer, setting) => ({
    name: `answer: ${name}`,
    make: () => bytesOf(typeof answer === 'function' ? answer() : answer),
    run: (bytes) => show(bytes, setting),
  });
  const LARGEST = 3.9 * MiB;
  const texts = Object.entries(worstTexts).flatMap(([name, text]) => [
    answerCase(`${name}, as Markdown`, () => ({ messages: [textBubble(text(LARGEST))], input: textInput })),
    answerCase(`${name}, as rich text`, () => ({ messages: [richBubble({ text: text(LARGEST) })] })),
    answerCase(`${name}, marked`, () => ({ messages: [richBubble({ text: text(LARGEST), bold: true })] })),
    answerCase(`${name}, as a link`, () => ({
      messages: [richBubble({ type: 'a', url: text(LARGEST / 2), children: [{ text: text(LARGEST / 2) }] })],
    })),
    answerCase(`${name}, as an address`, () => ({
      messages: [{ id: 'b', type: 'embed', content: { url: text(LARGEST) } }],
    })),
    answerCase(`${name}, as a label`, () => ({
      messages: [],
      input: choice([
        { id: 'a', content: text(LARGEST) },
        { id: 'b', content: 'b' },
      ]),
    })),
    answerCase(`${name}, as a log`, () => ({ messages: [], logs: [{ description: text(LARGEST) }] })),
    answerCase(`${name}, as a placeholder`, () => ({
      messages: [],
      input: { ...textInput, options: { labels: { placeholder: text(LARGEST) } } },
    })),
  ]);
  const nodes = Object.entries(rich).map(([name, children]) =>
    answerCase(name, {
      messages: [{ id: 'b', type: 'text', content: { richText: children(LARGEST / 8) } }],
      input: textInput,
    }),
  );
  const paths = (count) => Array.from({ length: count }, (_, index) => ({ id: `p${index}`, text: 'a' }));
  const counts = [
    answerCase('many bubbles, each with a wait after it', {
      messages: Array.from({ length: 8_000 }, (_, index) => ({ ...textBubble('a'), id: `b${index}` })),
      clientSideActions: Array.from({ length: 5_000 }, (_, index) => ({
        type: 'wait',
        lastBubbleBlockId: `b${index}`,
        wait: { secondsToWaitFor: 1 },
      })),
    }),
    answerCase('one bubble repeated, each with a wait after it', {
      messages: Array.from({ length: 8_000 }, () => textBubble('a')),
      clientSideActions: Array.from({ length: 5_000 }, () => ({
        type: 'wait',
        lastBubbleBlockId: 'b',
        wait: { secondsToWaitFor: 1 },
      })),
    }),
    answerCase('many bubbles of several lines', {
      messages: Array.from({ length: 8_000 }, (_, index) => ({
        ...textBubble(fill('some words ', 600)),
        id: `b${index}`,
      })),
    }),
    ...['native', 'text'].flatMap((kind) => {
      const surface = { kind: 'whatsapp', capabilities: kind === 'native' ? capabilities : textOnly };
      const setting = { ...render, surface };
      return [
        answerCase(
          `8,000 options, ${kind}`,
          { messages: [], input: choice(items(8_000, (index) => `Option ${index}`)) },
          setting,
        ),
        answerCase(
          `8,000 equal options, ${kind}`,
          { messages: [], input: choice(items(8_000, () => fill('long label ', 200))) },
          setting,
        ),
        answerCase(
          `6,000 pictures, ${kind}`,
          {
            messages: [],
            input: {
              id: 'i',
              type: 'picture choice input',
              items: Array.from({ length: 6_000 }, (_, index) => ({
                id: `i${index}`,
                title: 'a',
                description: 'b',
                pictureSrc: 'https://a.b/c.png',
              })),
            },
          },
          setting,
        ),
        answerCase(
          `6,000 cards, ${kind}`,
          {
            messages: [],
            input: {
              id: 'i',
              type: 'cards',
              items: Array.from({ length: 6_000 }, (_, index) => ({
                id: `i${index}`,
                title: 'a',
                paths: paths(1),
              })),
            },
          },
          setting,
        ),
        answerCase(
          `one card with 12,000 paths, ${kind}`,
          {
            messages: [],
            input: { id: 'i', type: 'cards', items: [{ id: 'c', title: 'a', paths: paths(12_000) }] },
          },
          setting,
        ),
      ];
    }),
    answerCase('a rating up to 1e9', {
      messages: [],
      input: { id: 'i', type: 'rating input', options: { length: 1e9 } },
    }),
    answerCase('40,000 file types', {
      messages: [],
      input: {
        id: 'i',
        type: 'file input',
        options: {
          allowedFileTypes: { isEnabled: true, types: Array.from({ length: 40_000 }, (_, i) => `.${i}`) },
        },
      },
    }),
    answerCase('33,000 logs', {
      messages: [],
      logs: Array.from({ length: 33_000 }, () => ({ description: 'a' })),
    }),
  ];
  return [...texts, ...nodes, ...counts];
}
