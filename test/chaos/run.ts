import { untilAgreed } from './agreement.js';
import type { Agreement } from './agreement.js';
import { openBusiness } from './business.js';
import { chanceOf } from './chance.js';
import type { Chance } from './chance.js';
import { planFaults } from './faults.js';
import type { Fault, FaultCounts } from './faults.js';
import { startFleet } from './fleet.js';
import type { Fleet } from './fleet.js';
import { judge, SORRY, total, withGivenUp } from './judge.js';
import type { Findings } from './judge.js';
import { createPerson } from './person.js';
import type { Person } from './person.js';
import { startProvider } from './provider.js';
import type { Provider } from './provider.js';
import { startViewer } from './viewer.js';
import type { Viewer } from './viewer.js';

/**
 * Options of a run. The same ones give the same contacts, texts and faults; the moment of each depends on the machine.
 */
export interface ChaosOptions extends FaultCounts {
  seed: number;
  contacts: number;
  /** Steps of each contact; a step is one or more messages. */
  turns: number;
  /** Contacts that talk at the same time. */
  atOnce: number;
  /** Share of requests (0 to 1) with which Typebot and the provider have trouble even without a fault. */
  trouble: number;
  /** How long a contact waits for an answer before it counts as unanswered. */
  patienceMs: number;
  progress: (line: string) => void;
}

export interface ChaosReport {
  options: ChaosOptions;
  findings: Findings;
  agreement: Agreement;
  /** Error messages of the contacts that waited in vain; `stuck` has those from after the last fault. */
  waitedInVain: string[];
  stuck: string[];
  /** Number of faults that struck, by kind. */
  faults: Record<string, number>;
  messages: number;
  bubbles: number;
  requests: number;
  repeated: number;
  mostParallel: number;
  /** Duration of each step in milliseconds, sorted. */
  stepsMs: number[];
  ok: boolean;
}

interface Stage {
  options: ChaosOptions;
  chance: Chance;
  fleet: Fleet;
  viewer: Viewer;
  provider: Provider;
}

/**
 * Starts everything, plays the run, judges it and stops everything. After a breach the folder with the logs is kept.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const chance = chanceOf(options.seed);
  const [viewer, provider] = await Promise.all([startViewer(chance.fork()), startProvider(chance.fork())]);
  let fleet: Fleet | undefined;
  let keepLogs = true;
  try {
    fleet = await startFleet({ viewerUrl: viewer.url, providerUrl: provider.url });
    const report = await play({ options, chance, fleet, viewer, provider });
    keepLogs = !report.ok;
    if (keepLogs) options.progress(`the logs of the processes are in ${fleet.logFolder}`);
    return report;
  } finally {
    await fleet?.stop(keepLogs);
    await Promise.all([viewer.close(), provider.close()]);
  }
}

async function play(stage: Stage): Promise<ChaosReport> {
  const { options, chance, fleet, viewer, provider } = stage;
  const business = await openBusiness(fleet, { unknown_message: SORRY });
  const scene = { business, viewer, provider, patienceMs: options.patienceMs };
  const people = Array.from({ length: options.contacts }, (_, index) =>
    createPerson(index, chance.fork(), scene),
  );
  const faults = planFaults(fleet, options, chance.fork());
  const stepsMs: number[] = [];
  const striking = striker(faults, options, stepsMs);
  viewer.trouble(options.trouble);
  provider.trouble(options.trouble);
  const waitedInVain = await eachAtOnce(people, options.atOnce, (person) =>
    person.play(options.turns, (ms) => {
      stepsMs.push(ms);
      striking.onProgress();
    }),
  );
  await striking.over();
  viewer.trouble(0);
  provider.trouble(0);
  options.progress('all faults are over; every contact writes once more');
  const stuck = await eachAtOnce(people, options.atOnce, (person) => person.sayGoodbye());
  const agreement = await untilAgreed(fleet, options.patienceMs);
  return report(stage, people, { waitedInVain, stuck, agreement, stepsMs, faults: striking.counts });
}

/** Triggers the faults by the number of finished steps, which spreads them evenly over the run on any machine. */
function striker(faults: Fault[], options: ChaosOptions, stepsMs: number[]) {
  const every = (options.contacts * options.turns) / (faults.length + 1);
  const running: Promise<void>[] = [];
  const counts: Record<string, number> = {};
  const onProgress = () => {
    while (running.length < faults.length && stepsMs.length >= (running.length + 1) * every) {
      const fault = faults[running.length];
      if (fault === undefined) return;
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
      options.progress(`${stepsMs.length} steps: ${fault.kind}`);
      running.push(fault.strike());
    }
  };
  return { onProgress, counts, over: () => Promise.all(running) };
}

/** Runs `work` for all, `atOnce` at a time; resolves with the error messages of those that failed. */
async function eachAtOnce(
  people: Person[],
  atOnce: number,
  work: (person: Person) => Promise<void>,
): Promise<string[]> {
  const waiting = [...people];
  const failures: string[] = [];
  const lane = async () => {
    for (let person = waiting.shift(); person; person = waiting.shift())
      await work(person).catch((error: unknown) => void failures.push(String(error)));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return failures;
}

type Played = Pick<ChaosReport, 'waitedInVain' | 'stuck' | 'agreement' | 'stepsMs' | 'faults'>;

function report({ options, viewer, provider }: Stage, people: Person[], played: Played): ChaosReport {
  const stories = people.map((person) => person.story());
  const findings = withGivenUp(total(stories.map(judge)), played.agreement.givenUp);
  const mostParallel = viewer.mostParallel();
  const well = [findings.breaches, played.waitedInVain, played.stuck, played.agreement.differences];
  return {
    options,
    findings,
    ...played,
    stepsMs: played.stepsMs.toSorted((a, b) => a - b),
    messages: stories.reduce((sum, { said }) => sum + said.length, 0),
    bubbles: stories.reduce((sum, { shown }) => sum + shown.length, 0),
    ...provider.counts(),
    mostParallel,
    ok: well.every((list) => list.length === 0) && mostParallel <= 1,
  };
}
