/** One item of a choice in the demo flow, as in Typebot's chat API. */
export interface Item {
  id: string;
  content: string;
}

/** One question of the demo flow. `saveAs` is the variable that later texts show as `{{name}}`. */
export type Question =
  | { id: string; type: 'text input' | 'email input'; saveAs: string; retryText?: string }
  | { id: string; type: 'number input'; saveAs: string; min: number; max: number }
  | { id: string; type: 'choice input'; saveAs: string; items: Item[] };

/** Bubbles, and the question after them. The last step has no question and ends the flow. */
export interface Step {
  bubbles: ({ id: string; type: 'text'; text: string } | { id: string; type: 'image'; path: string })[];
  question?: Question;
}

const items = (prefix: string, ...labels: string[]): Item[] =>
  labels.map((content, index) => ({ id: `${prefix}_${index + 1}`, content }));

/** The demo flow: one of everything that a WhatsApp conversation can contain. */
export const demoFlow: Step[] = [
  {
    bubbles: [
      { id: 'b_hello', type: 'text', text: 'Hello {{pushName}}! This is the demo flow of Parley.' },
      { id: 'b_mood', type: 'text', text: 'How are you today?' },
    ],
    question: {
      id: 'i_mood',
      type: 'choice input',
      saveAs: 'mood',
      items: items('mood', 'Great', 'So-so', 'Tired'),
    },
  },
  {
    bubbles: [
      {
        id: 'b_felt',
        type: 'text',
        text: '{{mood}} is a fine answer. Three choices are buttons; more become a list.',
      },
      { id: 'b_dish', type: 'text', text: 'What shall we cook?' },
    ],
    question: {
      id: 'i_dish',
      type: 'choice input',
      saveAs: 'dish',
      items: items('dish', 'Feijoada', 'Moqueca', 'Risotto', 'Ramen', 'Couscous'),
    },
  },
  {
    bubbles: [{ id: 'b_people', type: 'text', text: '{{dish}}, good. For how many people (1 to 10)?' }],
    question: { id: 'i_people', type: 'number input', saveAs: 'people', min: 1, max: 10 },
  },
  {
    bubbles: [{ id: 'b_mail', type: 'text', text: 'To which e-mail address shall the recipe go?' }],
    question: {
      id: 'i_mail',
      type: 'email input',
      saveAs: 'email',
      retryText: 'That does not look like an e-mail address. Can you type it again?',
    },
  },
  {
    bubbles: [
      { id: 'b_photo', type: 'image', path: '/picture.png' },
      { id: 'b_note', type: 'text', text: 'Anything the cook should know?' },
    ],
    question: { id: 'i_note', type: 'text input', saveAs: 'note' },
  },
  {
    bubbles: [
      {
        id: 'b_bye',
        type: 'text',
        text: '{{dish}} for {{people}}: “{{note}}”. The recipe goes to {{email}}.',
      },
      { id: 'b_end', type: 'text', text: 'That was all. Write again to start over.' },
    ],
  },
];
