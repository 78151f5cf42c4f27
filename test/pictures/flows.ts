import { textBubble, type StandInAnswer, type StandInFlow } from '../support/typebot/stand-in.js';

const asks = (question: string, input: StandInAnswer['input']): StandInAnswer => ({
  messages: [textBubble('b_question', question)],
  input,
});

const richText: StandInAnswer = {
  messages: [
    {
      id: 'b_rich',
      type: 'text',
      content: {
        type: 'richText',
        richText: [
          {
            type: 'p',
            children: [
              { text: 'Your order is ' },
              { text: 'on its way', bold: true },
              { text: ', ' },
              { text: 'earlier', italic: true },
              { text: ' than ' },
              { text: 'Friday', strikethrough: true },
              { text: '.' },
            ],
          },
          {
            type: 'ul',
            children: ['2 × Moqueca', '1 × Couscous'].map((text) => ({
              type: 'li',
              children: [{ type: 'lic', children: [{ text }] }],
            })),
          },
          { type: 'p', children: [{ text: 'Tracking code ' }, { text: 'BR-2048', code: true }] },
          {
            type: 'p',
            children: [{ type: 'a', url: 'https://example.com/track', children: [{ text: 'Follow it' }] }],
          },
        ],
      },
    },
  ],
  input: { id: 'i_end', type: 'text input', options: {} },
};

const picture = (name: string) => `https://pictures.example/${name}.png`;

const tables = [
  { id: 'p_1', pictureSrc: picture('window'), title: 'Window', description: 'For two' },
  { id: 'p_2', pictureSrc: picture('garden'), title: 'Garden', description: 'For six' },
];

const menus = [
  { id: 'c_1', imageUrl: picture('day'), title: 'Menu of the day', description: '12 EUR', paths: paths(1) },
  {
    id: 'c_2',
    imageUrl: picture('house'),
    title: 'Menu of the house',
    description: '20 EUR',
    paths: paths(2),
  },
];

function paths(card: number) {
  return ['Order', 'Details'].map((text) => ({ id: `c_${card}_${text}`, text }));
}

const pictureChoice = asks('Which table?', {
  id: 'i_table',
  type: 'picture choice input',
  items: tables,
  options: {},
});

const cards = asks('What may it be?', { id: 'i_cards', type: 'cards', items: menus, options: {} });

const rating = asks('How was it?', {
  id: 'i_rating',
  type: 'rating input',
  options: { length: 5, labels: { left: 'bad', right: 'good' } },
});

const date = asks('When shall it come?', { id: 'i_date', type: 'date input', options: {} });

/** One question each, under the name of its picture. */
export const pictureFlows: Record<string, StandInFlow> = {
  'rich-text': { answers: [richText] },
  'picture-choice': { answers: [pictureChoice] },
  cards: { answers: [cards] },
  rating: { answers: [rating] },
  date: { answers: [date] },
};
