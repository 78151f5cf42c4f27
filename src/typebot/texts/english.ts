import { choiceWords } from '../../choice-words.js';
import { dateHint, numberHint } from './limits.js';
import type { Texts } from './texts.js';

/** English. */
export const english: Texts = {
  ...choiceWords.en,
  replySingle: 'Reply with the number or the text',
  replyMultiple: (example) => `Reply with one or more numbers, for example ${example}`,
  replySearch: 'Reply with the number or part of the name',
  moreWord: 'more',
  replyMore: 'Reply *more* to see the next ones',
  unnamedOption: (position) => `Option ${position}`,
  number: (limits) =>
    numberHint(limits, {
      any: 'Reply with a number',
      between: 'Number from {min} to {max}',
      from: 'Number from {min} up',
      upTo: 'Number up to {max}',
      step: ', in steps of {step}',
    }),
  email: 'For example name@example.com',
  url: 'For example https://example.com',
  phone: (example) => `With country code, for example ${example}`,
  ownNumber: 'My number',
  date: (example, min, max) =>
    dateHint(`For example ${example}`, { min, max }, ['from {min} to {max}', 'from {min}', 'until {max}']),
  dayMonthYear: 'day/month/year',
  monthDayYear: 'month/day/year',
  from: 'From:',
  to: 'To:',
  today: 'Today',
  tomorrow: 'Tomorrow',
  whichDate: 'Which date do you mean?',
  whichTime: 'Which time do you mean?',
  time: (example) => `For example ${example}`,
  file: ({ types, multiple }) => {
    if (types.length > 0) return `Send ${multiple ? 'one or more files' : 'a file'} (${types.join(', ')})`;
    return multiple ? 'Send one or more photos or documents' : 'Send a photo or a document';
  },
  fileKinds: { image: 'image', video: 'video', audio: 'audio' },
  skipWord: 'Skip',
  replySkip: (word) => `Reply *${word}* to go on without a file`,
  alsoVoice: 'You can also send a voice message',
  alsoFile: 'You can also send a file',
  alsoVoiceOrFile: 'You can also send a voice message or a file',
  payment: (amount) => `${amount ? `Payment of ${amount}: p` : 'P'}ayment is not possible here.`,
  doneWord: 'Done',
  replyDone: (word) => `When you have finished, reply *${word}*`,
  webhookNotice: 'I am still waiting for a confirmation. We will continue as soon as it arrives.',
  bridge: "Let's go on:",
  bridgeOnly: (answered) =>
    `Let's go on: I got your answer${answered && ` to “${answered}”`}, but the question after it was lost.`,
  lostEnd:
    'This conversation has ended, and my last words may have been lost. If anything is missing, please write again.',
  staleTap: 'That option belongs to an earlier question. Here is the current one:',
  pleaseAnswer: {
    text: 'Please answer with a text message.',
    number: 'Please answer with a valid number.',
    email: 'Please answer with an email address.',
    url: 'Please answer with a link.',
    phone: 'Please answer with a phone number.',
    date: 'Please answer with a date.',
    time: 'Please answer with a time.',
    choice: 'Please answer with one of the options.',
    rating: 'Please answer with a number on the scale.',
    file: 'Please answer with a file.',
  },
};
