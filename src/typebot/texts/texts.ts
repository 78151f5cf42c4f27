/** Everything that Parley itself says to a contact while a flow runs, in one language. */
export interface Texts {
  choicePrompt: string;
  openList: string;
  replySingle: string;
  replyMultiple: (example: string) => string;
  replySearch: string;
  /** The word that shows the next page of a long list, and the line that explains it. */
  moreWord: string;
  replyMore: string;
  unnamedOption: (position: number) => string;
  /** Limits as the language writes numbers; no `step` when it is 1. */
  number: (limits: { min?: string; max?: string; step?: string }) => string;
  email: string;
  url: string;
  phone: (example: string) => string;
  ownNumber: string;
  date: (example: string, min?: string, max?: string) => string;
  /** The order of a date's parts, for when the example does not show it. */
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
  /** Said before a question whose text was lost. */
  bridge: string;
  /** The same when nothing else shows what is asked. `answered` is the question before it, or empty. */
  bridgeOnly: (answered: string) => string;
  /** Said when the answer that ended the flow was lost. */
  lostEnd: string;
  /** Said after a tap on an earlier question, before the open one is asked again. */
  staleTap: string;
  /** Said when a reply cannot answer the question, before the question is repeated. */
  pleaseAnswer: Record<AnswerKind, string>;
}

/** The kinds of answers that `pleaseAnswer` has a text for. */
export type AnswerKind =
  'text' | 'number' | 'email' | 'url' | 'phone' | 'date' | 'time' | 'choice' | 'rating' | 'file';
