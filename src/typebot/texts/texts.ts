/** Everything Parley itself says to a contact while a flow runs. No text of a flow goes through here. */
export interface Texts {
  choicePrompt: string;
  openList: string;
  replySingle: string;
  replyMultiple: (example: string) => string;
  replySearch: string;
  /** Word that shows the next page of a long list, and the line that says so. */
  moreWord: string;
  replyMore: string;
  unnamedOption: (position: number) => string;
  /** Limits as the language writes numbers; no `step` where any whole number will do. */
  number: (limits: { min?: string; max?: string; step?: string }) => string;
  email: string;
  url: string;
  phone: (example: string) => string;
  ownNumber: string;
  date: (example: string, min?: string, max?: string) => string;
  /** The order of a date's numbers, where an example does not show it. */
  dayMonthYear: string;
  monthDayYear: string;
  from: string;
  to: string;
  today: string;
  tomorrow: string;
  whichDate: string;
  whichTime: string;
  time: (example: string) => string;
  file: (limits: { types: string[]; multiple: boolean }) => string;
  fileKinds: { image: string; video: string; audio: string };
  skipWord: string;
  replySkip: (word: string) => string;
  alsoVoice: string;
  alsoFile: string;
  alsoVoiceOrFile: string;
  payment: (amount?: string) => string;
  doneWord: string;
  replyDone: (word: string) => string;
  webhookNotice: string;
  /** Before a question whose own words were lost. */
  bridge: string;
  /** The same where nothing else says what is asked; `answered` is the question before, or empty. */
  bridgeOnly: (answered: string) => string;
  /** Said after a tap on a question that is over, before the present one is shown. */
  staleTap: string;
  /** Said when a reply cannot answer the question, before the question is repeated. */
  pleaseAnswer: Record<AnswerKind, string>;
}

/** What a reply must be, in words. */
export type AnswerKind =
  'text' | 'number' | 'email' | 'url' | 'phone' | 'date' | 'time' | 'choice' | 'rating' | 'file';
