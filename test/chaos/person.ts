import { setTimeout as sleep } from 'node:timers/promises';
import type { Business } from './business.js';
import type { Chance } from './chance.js';
import { SORRY, standsIn, tokensOf } from './judge.js';
import type { Said, Story } from './judge.js';
import type { Provider } from './provider.js';
import { OPTIONS } from './viewer.js';
import type { Viewer } from './viewer.js';

/** What a contact may do in a step. More frequent ones are listed several times. Each waits for its outcome. */
const STEPS = [
  ...['text', 'text', 'text', 'burst', 'burst', 'duplicate', 'pick', 'pick', 'file'],
  ...['pause', 'pause in an answer', 'operator', 'phone', 'close', 'end'],
] as const;
type Step = (typeof STEPS)[number];

export interface Scene {
  business: Business;
  viewer: Viewer;
  provider: Provider;
  /** How long a contact waits for an answer before it counts as unanswered. */
  patienceMs: number;
}

/** A contact that plays randomly chosen steps. */
export interface Person {
  /** Plays `steps` steps; `onStep` gets how long each took, in milliseconds. Rejects when an answer does not come. */
  play(steps: number, onStep: (answeredMs: number) => void): Promise<void>;
  /** Sends one last message after all faults, to see whether the session still works. */
  sayGoodbye(): Promise<void>;
  story(): Story;
}

export function createPerson(number: number, chance: Chance, scene: Scene): Person {
  const phone = String(551_180_000_000 + number);
  const said: Said[] = [];
  const operator: string[] = [];
  const { business, viewer, provider } = scene;
  let serial = 0;
  const newToken = () => `c${number}m${(serial += 1)}`;

  const deliver = async (token: string, content: object, more: object = {}) => {
    const timestamp = business.now() / 1_000;
    const message = { keyId: `k-${token}`, contact: { id: phone, name: 'Ana' }, timestamp, content, ...more };
    await business.deliver(message, chance);
  };
  const write = async (words: string, expects: Said['expects'] = 'answer') => {
    const token = newToken();
    await deliver(token, { contentType: 'text', text: `${token}${words}` });
    said.push({ token, expects });
    return token;
  };
  let known = 0;
  /** Resolves with false when the contact was told instead that the turn was given up. */
  const answered = async (tokens: string[]) => {
    const told = await untilAnswered({ scene, phone, tokens, known });
    known = provider.shownTo(phone).length;
    for (const one of said) if (told.includes(one.token)) one.expects = 'told';
    return told.length === 0;
  };
  const ask = async (words: string) => {
    const token = await write(words);
    const sentMs = Date.now();
    const isTaken = await answered([token]);
    return { token, isTaken, ms: Date.now() - sentMs };
  };

  const tap = async () => {
    const { token, isTaken } = await ask(` n${chance.between(1, 3)} pick`);
    if (!isTaken) return;
    const letter = chance.pick(OPTIONS);
    const title = `${token}${letter} n1`;
    const option = provider
      .shownTo(phone)
      .flatMap(({ options }) => options)
      .findLast((one) => one.title === title);
    const content = option ? { contentType: 'buttonReply', ...option } : { contentType: 'text', text: title };
    await deliver(`${token}${letter}`, content);
    said.push({ token: `${token}${letter}`, expects: 'answer' });
    await answered([`${token}${letter}`]);
  };
  const sendFile = async () => {
    const { token, isTaken } = await ask(' n1 file');
    if (!isTaken) return;
    const media = { url: provider.fileUrl, mimeType: 'image/png', fileName: 'picture.png' };
    await deliver(`${token}f`, { contentType: 'image', media });
    said.push({ token: `${token}f`, expects: 'answer' });
    await answered([`${token}f`]);
  };
  const talkOver = async () => {
    await write(' nobody answers this', 'silence');
    await business.control(phone, 'resume', chance);
    await ask(' n1');
  };

  const steps: Record<Step, () => Promise<unknown>> = {
    text: () => ask(` n${chance.between(1, 5)}`),
    burst: async () => {
      const words = Array.from({ length: chance.between(2, 4) }, () => ' n2');
      const tokens = await Promise.all(words.map((one) => write(one)));
      await answered(tokens);
    },
    duplicate: async () => {
      const token = newToken();
      const content = { contentType: 'text', text: `${token} n2` };
      await Promise.all(Array.from({ length: chance.between(2, 5) }, () => deliver(token, content)));
      said.push({ token, expects: 'answer' });
      await answered([token]);
      await deliver(token, content);
    },
    pick: tap,
    file: sendFile,
    pause: async () => {
      await business.control(phone, 'pause', chance);
      await talkOver();
    },
    'pause in an answer': async () => {
      const token = await write(' n5');
      await untilTaken({ scene, phone, token, known });
      await business.control(phone, 'pause', chance);
      await business.control(phone, 'resume', chance);
      await answered([token]);
    },
    operator: async () => {
      const text = `${newToken()} from a person`;
      await business.operator(phone, text, chance);
      operator.push(text);
      await untilShown({ scene, phone, text });
      await talkOver();
    },
    phone: async () => {
      const token = newToken();
      await deliver(token, { contentType: 'text', text: `${token} typed on the phone` }, { fromMe: true });
      said.push({ token, expects: 'silence' });
      await talkOver();
    },
    close: async () => {
      await business.control(phone, 'close', chance);
      await ask(' n1');
    },
    end: async () => {
      const { isTaken } = await ask(' n2 bye');
      if (!isTaken) return;
      // Before the end is recorded, a message belongs to the ending flow and is dropped with it.
      while (!(await business.isClosed(phone, chance))) await sleep(200);
      await ask(' n1');
    },
  };

  return {
    play: async (count, onStep) => {
      // The first message makes the session, which steps such as pause and close need.
      onStep((await ask(' n1')).ms);
      for (let step = 1; step < count; step += 1) {
        await sleep(chance.between(0, 400));
        const startedMs = Date.now();
        await steps[chance.pick(STEPS)]();
        onStep(Date.now() - startedMs);
      }
    },
    sayGoodbye: async () => void (await ask(' n1')),
    story: () => {
      const shown = provider.shownTo(phone).map(({ text }) => text);
      return { contact: phone, said, operator, answers: viewer.of(phone), shown };
    },
  };
}

/** How long to wait for an answer that ended the flow: if the call lost it, nothing comes in its place. */
const LOST_END_MS = 30_000;

interface Wait {
  scene: Scene;
  phone: string;
}

/** `known` is what was shown before the first message: a bridge may come before the last delivery is acknowledged. */
interface Reply extends Wait {
  known: number;
}

const isTold = ({ scene, phone, known }: Reply) =>
  scene.provider
    .shownTo(phone)
    .slice(known)
    .some(({ text }) => text === SORRY);

/**
 * Waits until Typebot has accepted all these messages and the contact has seen the answers, or a bridge for each lost
 * one, or was told that the turn was given up. Resolves with those that Typebot has not accepted.
 */
async function untilAnswered(reply: Reply & { tokens: string[] }): Promise<string[]> {
  const { scene, phone, tokens, known } = reply;
  const taken = () => new Set(scene.viewer.of(phone).flatMap(tokensOf));
  const lostAfterMs = Date.now() + LOST_END_MS;
  await until(scene, `${phone}: an answer to ${tokens.join(', ')}`, () => {
    const answers = scene.viewer
      .of(phone)
      .filter((one) => tokensOf(one).some((token) => tokens.includes(token)));
    if (!tokens.every((token) => taken().has(token)) && !isTold(reply)) return false;
    const texts = scene.provider.shownTo(phone).map(({ text }) => text);
    const missing = answers.filter(({ bubbles }) => !bubbles.every((text) => texts.includes(text)));
    // A bridge stands for an answer of which nothing is shown; the rest of any other is still to come.
    if (missing.some(({ bubbles }) => bubbles.some((text) => texts.includes(text)))) return false;
    const owed = missing.filter(({ ends }) => !ends || Date.now() < lostAfterMs);
    return owed.length <= texts.slice(known).filter(standsIn).length;
  });
  return tokens.filter((token) => !taken().has(token));
}

async function untilTaken(reply: Reply & { token: string }): Promise<void> {
  const { scene, phone, token } = reply;
  const isTaken = () => scene.viewer.of(phone).some((answer) => tokensOf(answer).includes(token));
  await until(scene, `${phone}: the flow to get ${token}`, () => isTaken() || isTold(reply));
}

async function untilShown({ scene, phone, text }: Wait & { text: string }): Promise<void> {
  await until(scene, `${phone}: "${text}"`, () =>
    scene.provider.shownTo(phone).some((one) => one.text === text),
  );
}

async function until(scene: Scene, what: string, look: () => boolean): Promise<void> {
  const endsMs = Date.now() + scene.patienceMs;
  while (!look()) {
    if (Date.now() > endsMs) throw new Error(`${what} did not come within ${scene.patienceMs / 1_000} s`);
    await sleep(50);
  }
}
