import { setTimeout as sleep } from 'node:timers/promises';
import { openBusiness } from './business.js';
import type { Business } from './business.js';
import { chanceOf } from './chance.js';
import type { Chance } from './chance.js';
import { startFleet } from './fleet.js';
import type { Fleet } from './fleet.js';
import { judge, SORRY, standsIn, tokensOf, total } from './judge.js';
import type { Findings, Said } from './judge.js';
import { PATIENCE_MS } from './outages.js';
import type { Outage } from './outages.js';
import { startProvider } from './provider.js';
import type { Provider } from './provider.js';
import { startViewer } from './viewer.js';
import type { Viewer } from './viewer.js';

/** Contacts per outage; each has a session and writes `MESSAGES` times during the outage. */
const CONTACTS = 10;
const MESSAGES = 3;
/** How long after the outage an answer may still arrive; later it counts as lost. */
const AFTER_MS = 180_000;

/** Result of one outage. */
export interface Outcome {
  outage: Outage;
  messages: number;
  /** Messages that the API acknowledged at the first attempt, and those that the provider had to repeat. */
  atOnce: number;
  repeated: number;
  /**
   * Messages of the outage that the flow answered, and those that got `unknown_message` because the patience ran out.
   */
  answered: number;
  told: number;
  /** From the end of the outage to the first and the last answer; undefined = all were answered before the end. */
  firstMs: number | undefined;
  lastMs: number | undefined;
  /** How long it then took until one more message of every contact was answered; undefined = not all were. */
  nextMs: number | undefined;
  findings: Findings;
  ok: boolean;
}

interface Stage {
  fleet: Fleet;
  business: Business;
  viewer: Viewer;
  provider: Provider;
  chance: Chance;
}

/** Plays outages one after the other, each with new contacts. An outage with `options` gets a separate fleet. */
export async function runOutages(wanted: Outage[], onOutcome: (outcome: Outcome) => void): Promise<void> {
  const shared = wanted.filter(({ options }) => options === undefined);
  if (shared.length > 0) await onFleet(shared, onOutcome);
  for (const outage of wanted.filter(({ options }) => options !== undefined))
    await onFleet([outage], onOutcome);
}

async function onFleet(wanted: Outage[], onOutcome: (outcome: Outcome) => void): Promise<void> {
  const chance = chanceOf(1);
  const [viewer, provider] = await Promise.all([startViewer(chance), startProvider(chance)]);
  const options = wanted[0]?.options;
  const env = { PARLEY_TYPEBOT_PATIENCE_MS: String(PATIENCE_MS), ...options?.env };
  const world = { viewerUrl: viewer.url, providerUrl: provider.url };
  const fleet = await startFleet(world, { ...options, env }).catch(async (error: unknown) => {
    await Promise.all([viewer.close(), provider.close()]);
    throw error;
  });
  let shiftMs = 0;
  try {
    const business = await openBusiness(fleet, { unknown_message: SORRY }, () => Date.now() + shiftMs);
    for (const outage of wanted) {
      const shift = () => (shiftMs = outage.options?.clockMs ?? 0);
      onOutcome(await play(outage, { fleet, business, viewer, provider, chance }, shift));
    }
  } finally {
    await fleet.stop();
    await Promise.all([viewer.close(), provider.close()]);
  }
}

let nextPhone = 551_170_000_000;

async function play(outage: Outage, stage: Stage, shift: () => void): Promise<Outcome> {
  const phones = Array.from({ length: CONTACTS }, () => String((nextPhone += 1)));
  const said = new Map<string, Said[]>(phones.map((phone) => [phone, []]));
  const attempts: number[] = [];
  const write = async (phone: string) => {
    const token = `p${phone}m${said.get(phone)?.length}`;
    const timestamp = stage.business.now() / 1_000;
    const content = { contentType: 'text', text: `${token} n2` };
    said.get(phone)?.push({ token, expects: 'answer' });
    attempts.push(
      await stage.business.deliver(
        { keyId: token, contact: { id: phone }, timestamp, content },
        stage.chance,
      ),
    );
  };
  const isOver = () => phones.every((phone) => waiting(stage, phone, said.get(phone) ?? []).length === 0);
  await Promise.all(phones.map(write));
  await until(isOver, AFTER_MS);
  attempts.length = 0;

  await outage.begin(stage.fleet);
  shift();
  const during = Promise.all(
    phones.map(async (phone) => {
      for (let message = 0; message < MESSAGES; message += 1) {
        await sleep((outage.forMs / (MESSAGES + 1)) * stage.chance.next());
        await write(phone);
      }
    }),
  );
  await sleep(outage.forMs);
  await outage.end(stage.fleet);
  const endedMs = Date.now();
  await during;
  await until(isOver, AFTER_MS);
  const before = outcomeOf({ outage, stage, phones, said, attempts: [...attempts], endedMs });
  const nextFromMs = Date.now();
  await Promise.all(phones.map(write));
  const wentOn = await until(
    () => phones.every((phone) => lastIsAnswered(stage, phone, said.get(phone))),
    AFTER_MS,
  );
  const nextMs = wentOn ? Date.now() - nextFromMs : undefined;
  const { findings } = outcomeOf({ outage, stage, phones, said, attempts, endedMs });
  return { ...before, findings, nextMs, ok: findings.breaches.length === 0 && wentOn };
}

/** Tokens of the messages that got neither an answer nor a text in place of one. */
function waiting({ viewer, provider }: Stage, phone: string, said: Said[]): string[] {
  const texts = provider.shownTo(phone).map(({ text }) => text);
  const seen = viewer.of(phone).filter(({ bubbles }) => bubbles.every((text) => texts.includes(text)));
  const answered = new Set(seen.flatMap(tokensOf));
  const open = said.map(({ token }) => token).filter((token) => !answered.has(token));
  const stoodIn = texts.filter((text) => text === SORRY || standsIn(text)).length;
  return open.slice(Math.min(open.length, stoodIn * MESSAGES));
}

function lastIsAnswered(stage: Stage, phone: string, said: Said[] = []): boolean {
  const token = said.at(-1)?.token ?? '';
  const texts = stage.provider.shownTo(phone).map(({ text }) => text);
  const answer = stage.viewer.of(phone).find((one) => tokensOf(one).includes(token));
  return answer?.bubbles.every((text) => texts.includes(text)) ?? false;
}

interface Played {
  outage: Outage;
  stage: Stage;
  phones: string[];
  said: Map<string, Said[]>;
  attempts: number[];
  endedMs: number;
}

function outcomeOf({ outage, stage, phones, said, attempts, endedMs }: Played): Omit<Outcome, 'nextMs'> {
  const { viewer, provider } = stage;
  const stories = phones.map((contact) => {
    const shown = provider.shownTo(contact).map(({ text }) => text);
    const answers = viewer.of(contact);
    const taken = new Set(answers.flatMap(tokensOf));
    const wasTold = shown.includes(SORRY);
    // A contact that got SORRY counts as answered: that is what must happen once the patience has run out.
    const heard = (said.get(contact) ?? []).filter(({ token }) => taken.has(token) || !wasTold);
    return { contact, said: heard, operator: [], answers, shown: shown.filter((text) => text !== SORRY) };
  });
  const findings = total(stories.map(judge));
  const messages = CONTACTS * MESSAGES;
  const answered = stories.flatMap((story) => story.answers.flatMap(tokensOf)).length - CONTACTS;
  const after = phones
    .flatMap((phone) => provider.shownTo(phone))
    .map(({ atMs }) => atMs - endedMs)
    .filter((ms) => ms > 0);
  return {
    ...{ outage, messages, answered, findings },
    atOnce: attempts.filter((count) => count === 1).length,
    repeated: attempts.filter((count) => count > 1).length,
    told: messages - answered,
    firstMs: after.length > 0 ? Math.min(...after) : undefined,
    lastMs: after.length > 0 ? Math.max(...after) : undefined,
    ok: findings.breaches.length === 0,
  };
}

/** Waits until `look` returns true. Resolves with false when it does not within `limitMs`. */
async function until(look: () => boolean, limitMs: number): Promise<boolean> {
  const endsMs = Date.now() + limitMs;
  while (!look() && Date.now() < endsMs) await sleep(50);
  return look();
}
