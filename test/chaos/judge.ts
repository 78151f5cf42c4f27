/** Typebot's answer to a reply that it accepted, from the stand-in's record. */
export interface Answer {
  /** The reply; texts of several messages joined by ` + `. */
  said: string;
  bubbles: string[];
  /** Whether the flow ended with this answer. */
  ends: boolean;
}

/** An acknowledged message of a contact. Its text begins with its token, which is unique. */
export interface Said {
  token: string;
  /**
   * `silence`: written while the bot had to be silent, so Typebot must never get it. `told`: the contact was told that
   * its turn was given up; Typebot may have got it, at most once.
   */
  expects: 'answer' | 'silence' | 'told';
}

/** Everything that was observed about one contact from outside. */
export interface Story {
  contact: string;
  said: Said[];
  /** Texts that an operator sent, all different. */
  operator: string[];
  answers: Answer[];
  /** Texts that the contact saw, in that order. */
  shown: string[];
}

/** Counts; the first seven must be 0. */
export interface Findings {
  unanswered: number;
  givenTwice: number;
  givenInSilence: number;
  lostBubbles: number;
  doubledBubbles: number;
  outOfOrder: number;
  unexplained: number;
  /**
   * Answers that were lost because their call to Typebot broke; the contact got a bridge to the open question instead.
   */
  bridged: number;
  /** Lost answers that ended the flow: there is no open question to bridge to. */
  lostEnds: number;
  /** How often a contact was told that a turn was given up. */
  told: number;
  /** One line for each breach. */
  breaches: string[];
}

/** The bot's `unknown_message`: what a contact is told when a turn is given up. */
export const SORRY = 'Sorry';

/** Whether a text replaces a lost answer. Each replaces one, also when nothing is shown between two. */
const isBridge = (text: string) => text.startsWith('Vamos continuar');

/** Whether a text stands for a lost answer, also for one that ended the flow. */
export const standsIn = (text: string) => isBridge(text) || text.startsWith('A conversa terminou aqui');

/** Compares what Typebot and the contact saw of one conversation. */
export function judge(story: Story): Findings {
  const { needless, ...missing } = judgeAnswers(story);
  const found = { ...judgeReplies(story), ...judgeShown(story) };
  const breaches = [...found.breaches, ...found.shownBreaches, ...missing.breaches];
  const told = story.shown.filter((text) => text === SORRY).length;
  return { ...found, ...missing, told, unexplained: found.unexplained + needless, breaches };
}

/** Adds a breach if contacts were told more often that a turn was given up than turns were. */
export function withGivenUp(findings: Findings, givenUp: number): Findings {
  const needless = findings.told - givenUp;
  if (needless <= 0) return findings;
  const breach = `contacts were told ${findings.told} times that a turn was given up, and ${givenUp} were`;
  return {
    ...findings,
    unexplained: findings.unexplained + needless,
    breaches: [...findings.breaches, breach],
  };
}

/** Adds up the counts and joins the breaches. */
export function total(all: Findings[]): Findings {
  const sum = (pick: (findings: Findings) => number) => all.reduce((known, one) => known + pick(one), 0);
  return {
    unanswered: sum((one) => one.unanswered),
    givenTwice: sum((one) => one.givenTwice),
    givenInSilence: sum((one) => one.givenInSilence),
    lostBubbles: sum((one) => one.lostBubbles),
    doubledBubbles: sum((one) => one.doubledBubbles),
    outOfOrder: sum((one) => one.outOfOrder),
    unexplained: sum((one) => one.unexplained),
    bridged: sum((one) => one.bridged),
    lostEnds: sum((one) => one.lostEnds),
    told: sum((one) => one.told),
    breaches: all.flatMap((one) => one.breaches),
  };
}

/** Tokens of the messages that an answer replies to. */
export function tokensOf({ said }: Answer): string[] {
  return said.split(' + ').map((words) => words.split(' ')[0] ?? '');
}

/** Checks that Typebot got each message exactly once, and those written during silence never. */
function judgeReplies({ contact, said, answers }: Story) {
  const given = answers.flatMap(tokensOf);
  const times = (token: string) => given.filter((one) => one === token).length;
  const asked = said.filter(({ expects }) => expects === 'answer').map(({ token }) => token);
  const heard = said.filter(({ expects }) => expects !== 'silence').map(({ token }) => token);
  const silent = said.filter(({ expects }) => expects === 'silence').map(({ token }) => token);
  const unanswered = asked.filter((token) => times(token) === 0);
  const twice = heard.filter((token) => times(token) > 1);
  const inSilence = silent.filter((token) => times(token) > 0);
  const breaches = [
    ...unanswered.map((token) => `${contact}: ${token} was acknowledged and never answered`),
    ...twice.map((token) => `${contact}: ${token} was given to Typebot ${times(token)} times`),
    ...inSilence.map((token) => `${contact}: ${token} was given to Typebot although the bot was silent`),
  ];
  return {
    unanswered: unanswered.length,
    givenTwice: twice.length,
    givenInSilence: inSilence.length,
    breaches,
  };
}

/** Checks that everything the contact saw has a known origin, came once and in the order of the answers. */
function judgeShown({ contact, operator, answers, shown }: Story) {
  const expected = answers.flatMap(({ bubbles }) => bubbles);
  const places = new Map(expected.map((text, place) => [text, place]));
  const isOwn = (text: string) => standsIn(text) || text === SORRY;
  const doubled = shown.filter((text, place) => !isOwn(text) && shown.indexOf(text) !== place);
  const seen = shown.flatMap((text, place) =>
    places.has(text) && shown.indexOf(text) === place ? [{ text, place: places.get(text) ?? 0 }] : [],
  );
  const early = seen.filter(
    ({ place }, index) => place < Math.max(...seen.slice(0, index).map((one) => one.place), -1),
  );
  const foreign = shown.filter((text) => !places.has(text) && !operator.includes(text) && !isOwn(text));
  const unsent = operator.filter((text) => !shown.includes(text));
  const shownBreaches = [
    ...doubled.map((text) => `${contact}: saw "${text}" again`),
    ...early.map(({ text }) => `${contact}: saw "${text}" after what follows it`),
    ...foreign.map((text) => `${contact}: saw "${text.slice(0, 80)}", which nobody said`),
    ...unsent.map((text) => `${contact}: never saw "${text}", which a person sent`),
  ];
  return {
    doubledBubbles: doubled.length,
    outOfOrder: early.length,
    unexplained: foreign.length + unsent.length,
    shownBreaches,
  };
}

/**
 * Checks that every bubble of every answer was seen; a bridge replaces an answer of which no bubble was seen, and
 * comes for nothing else.
 */
function judgeAnswers({ contact, answers, shown }: Story) {
  const seen = new Set(shown);
  const bridges = shown.filter(isBridge).length;
  const whollyLost = answers.filter(({ bubbles }) => bubbles.every((text) => !seen.has(text)));
  const lostEnds = whollyLost.filter(({ ends }) => ends).length;
  const lost = whollyLost.filter(({ ends }) => !ends);
  const unbridged = lost.slice(bridges).flatMap(({ bubbles }) => bubbles);
  const partly = answers
    .filter(({ bubbles }) => bubbles.some((text) => seen.has(text)))
    .flatMap(({ bubbles }) => bubbles.filter((text) => !seen.has(text)));
  const missing = [...unbridged, ...partly];
  const bridged = Math.min(lost.length, bridges);
  const needless = bridges - bridged;
  return {
    ...{ lostBubbles: missing.length, bridged, lostEnds, needless },
    breaches: [
      ...missing.map((text) => `${contact}: never saw "${text}"`),
      ...(needless > 0 ? [`${contact}: saw ${needless} bridges for which no answer was lost`] : []),
    ],
  };
}
