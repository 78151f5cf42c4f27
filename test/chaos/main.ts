import { parseArgs } from 'node:util';
import { runChaos } from './run.js';
import { breachesOf, tableOf } from './table.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

const whole = (preset: number) => ({ type: 'string', default: String(preset) }) as const;
const { values } = parseArgs({
  options: {
    seed: whole(Math.floor(Math.random() * 1_000_000)),
    contacts: whole(100),
    turns: whole(10),
    kills: whole(15),
    freezes: whole(5),
    wires: whole(10),
    'at-once': whole(20),
    'patience-seconds': whole(180),
    'trouble-percent': whole(2),
  },
});

say(`seed ${values.seed}`);
const startedMs = Date.now();
const report = await runChaos({
  seed: Number(values.seed),
  contacts: Number(values.contacts),
  turns: Number(values.turns),
  kills: Number(values.kills),
  freezes: Number(values.freezes),
  wires: Number(values.wires),
  atOnce: Number(values['at-once']),
  patienceMs: Number(values['patience-seconds']) * 1_000,
  trouble: Number(values['trouble-percent']) / 100,
  progress: (line) => say(`${((Date.now() - startedMs) / 1_000).toFixed(0).padStart(5)} s  ${line}`),
});
say(`\n${tableOf(report)}\n`);
for (const breach of breachesOf(report)) say(`BREACH ${breach}`);
say(
  report.ok
    ? 'every promise was kept'
    : `broken promises: ${breachesOf(report).length} (seed ${values.seed})`,
);
process.exit(report.ok ? 0 : 1);
