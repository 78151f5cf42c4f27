import { fill, MiB, worstTexts } from './inputs.mjs';
import { choice, items, render, textBubble, textInput } from './typebot.mjs';

const dist = '../../dist/src';

const questions = {
  text: textInput,
  number: { id: 'i', type: 'number input' },
  email: { id: 'i', type: 'email input' },
  url: { id: 'i', type: 'url input' },
  phone: { id: 'i', type: 'phone number input' },
  date: { id: 'i', type: 'date input', options: { isRange: true, hasTime: true } },
  time: { id: 'i', type: 'time input' },
  rating: { id: 'i', type: 'rating input', options: { length: 1e9 } },
  file: { id: 'i', type: 'file input' },
  choice: choice(items(2000, (index) => `Option ${index}`)),
  'searchable choice': choice(
    items(2000, (index) => `Option ${index}`),
    { isSearchable: true },
  ),
  'multiple choice': choice(
    items(2000, (index) => `Option ${index}`),
    { isMultipleChoice: true },
  ),
};

/** Replies that name many options, in every way in which options can be named. */
const manyParts = {
  numbers: (length) => fill('1 2 3 1000 ', length),
  'numbers between commas': (length) => fill('7,8,999,', length),
  labels: (length) => fill('Option 1, Option 22, ', length),
  'halves of labels': (length) => fill('option,', length),
  'dates and times': (length) => fill('tomorrow 10:30 to 25/12 ', length),
};

/** All kinds of questions with their longest and worst replies. */
export async function replyCases() {
  const { readAnswer } = await import(`${dist}/typebot/wire.js`);
  const { renderAnswer } = await import(`${dist}/typebot/render.js`);
  const { read } = await import(`${dist}/typebot/reply/read.js`);
  const show = (answer) => renderAnswer({ answer: readAnswer(answer), render, isFirst: false });
  const asked = Object.entries(questions).map(([kind, input]) => {
    const { openInput } = show({ messages: [textBubble('?')], input });
    return [kind, openInput];
  });
  const replies = asked.flatMap(([kind, open]) =>
    Object.entries({ ...worstTexts, ...manyParts }).flatMap(([name, text]) =>
      [2000, 65_536, 8 * MiB].map((length) => ({
        name: `reply to ${kind}: ${name}, ${length}`,
        make: () => text(length),
        run: (words) =>
          read([{ content: { contentType: 'text', text: words } }], open, {
            ...render,
            turn: 2,
            asked: open,
          }),
      })),
    ),
  );
  return replies;
}
