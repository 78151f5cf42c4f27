import { textBubble, type StandInAnswer, type StandInFlow } from '../support/typebot-stand-in.js';

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

const pictureChoice = asks('Which table?', {
  id: 'i_table',
  type: 'picture choice input',
  items: [
    { id: 'p_1', pictureSrc: 'https://pictures.example/window.png', title: 'Window', description: 'For two' },
    { id: 'p_2', pictureSrc: 'https://pictures.example/garden.png', title: 'Garden', description: 'For six' },
  ],
  options: {},
});

const cards = asks('What may it be?', {
  id: 'i_cards',
  type: 'cards',
  items: [
    {
      id: 'c_1',
      imageUrl: 'https://pictures.example/basic.png',
      title: 'Menu of the day',
      description: '12 EUR',
      paths: [
        { id: 'c_1a', text: 'Order' },
        { id: 'c_1b', text: 'Details' },
      ],
    },
    {
      id: 'c_2',
      imageUrl: 'https://pictures.example/large.png',
      title: 'Menu of the house',
      description: '20 EUR',
      paths: [
        { id: 'c_2a', text: 'Order' },
        { id: 'c_2b', text: 'Details' },
      ],
    },
  ],
  options: {},
});

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
