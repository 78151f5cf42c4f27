import { runOutages } from './outage-run.js';
import type { Outcome } from './outage-run.js';
import { outages } from './outages.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const row = (cells: (string | number)[]) => say(`| ${cells.join(' | ')} |`);
const seconds = (ms: number | undefined) => (ms === undefined ? 'before' : `${(ms / 1_000).toFixed(1)} s`);

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(outages);
const wanted = names.map((name) => {
  const found = outages[name];
  if (!found) throw new Error(`${name} is none of: ${Object.keys(outages).join(', ')}`);
  return found;
});

const head = [
  'outage',
  'lasted',
  'messages',
  'taken at once',
  'taken when repeated',
  'answered',
  'told sorry',
];
const tail = [
  'first answer after its end',
  'last',
  'next message answered in',
  'lost',
  'twice',
  'out of order',
  'bridged',
];
row([...head, ...tail]);
row([...head, ...tail].map(() => '---'));
let broken = 0;
await runOutages(wanted, (outcome: Outcome) => {
  const { outage, findings } = outcome;
  const lost = findings.unanswered + findings.lostBubbles;
  const twice = findings.givenTwice + findings.doubledBubbles;
  row([
    ...[
      outage.name,
      seconds(outage.forMs),
      outcome.messages,
      outcome.atOnce,
      outcome.repeated,
      outcome.answered,
    ],
    ...[outcome.told, seconds(outcome.firstMs), seconds(outcome.lastMs)],
    ...[outcome.nextMs === undefined ? 'NO' : seconds(outcome.nextMs), lost, twice, findings.outOfOrder],
    findings.bridged,
  ]);
  if (!outcome.ok) broken += 1;
  for (const breach of findings.breaches) process.stderr.write(`BREACH ${outage.name}: ${breach}\n`);
});
process.exit(broken === 0 ? 0 : 1);
