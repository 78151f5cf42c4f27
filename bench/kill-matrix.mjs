// Kills each part (`kill -9`) in each phase of a turn and shows what the contact saw. Prints the table of
// docs/operations.md. Usage: node bench/kill-matrix.mjs [part]…   (default: all parts)
import { setTimeout as sleep } from 'node:timers/promises';
import { makeInstance, parts, startProduct, startReceiver, startViewer, until } from './killable-parley.mjs';

const EVERYTHING = 'all four at once';
const CALL_MS = 2_000;
const BUBBLES = 5;
/**
 * The text that a contact gets when Typebot accepted the reply, but its answer was lost with the process that asked.
 */
const isBridge = (text) => text.startsWith('Vamos continuar:');

/** Settings of the bot, and the moment of the kill. */
const phases = {
  'debounce window': { settings: { debounce_ms: 3_000 }, callMs: 0, moment: () => sleep(500) },
  'Typebot call': {
    settings: { debounce_ms: 300 },
    callMs: CALL_MS,
    moment: (viewer) => until(() => viewer.parallel > 0, 'the call'),
  },
  '5 bubbles with delays': {
    settings: { debounce_ms: 300, default_delay_ms: 800 },
    callMs: 0,
    moment: (_viewer, seen) => until(() => seen().length >= 2, 'the second bubble'),
  },
};

const viewer = await startViewer();
const receiver = await startReceiver();
const product = await startProduct();
let phone = 5511970000000;

/** One turn with two messages, in the middle of which `part` is killed, if given. */
async function turn(phase, part) {
  const { settings, callMs, moment } = phases[phase];
  const instance = await makeInstance(product, viewer, receiver, settings);
  const contact = String((phone += 1));
  const all = () => receiver.shown.filter(({ to }) => to === contact).map(({ text }) => text);
  const seen = () => all().slice(1);
  await instance.says(contact, 'hello');
  await until(() => all().length === 1, 'the greeting');
  const marks = {
    calls: viewer.calls.length,
    taken: viewer.taken.length,
    requests: receiver.requests.length,
  };
  viewer.delayMs = callMs;
  viewer.mostParallel = 0;
  await instance.says(contact, `first ${contact}`);
  await instance.says(contact, `second ${contact}`);
  await moment(viewer, seen);
  const killedMs = Date.now();
  const victims = part === EVERYTHING ? parts : [part];
  if (part !== undefined) await Promise.all(victims.map((victim) => product.kill(victim)));
  await until(
    () => seen().length >= BUBBLES || seen().some(isBridge),
    `${phase}, ${part}: five bubbles or the bridge`,
  );
  const ms = Date.now() - killedMs;
  // Time for a late repetition to arrive.
  await sleep(part === undefined ? 0 : 5_000);
  viewer.delayMs = 0;
  const requests = receiver.requests.slice(marks.requests).filter(({ to }) => to === contact);
  return {
    ms,
    seen: seen(),
    expected: [1, 2, 3, 4, 5].map((n) => `first ${contact}\nsecond ${contact} / ${n}`),
    requests: requests.length,
    keys: new Set(requests.map(({ key }) => key)).size,
    calls: viewer.calls.length - marks.calls,
    taken: viewer.taken.length - marks.taken,
    parallel: viewer.mostParallel,
  };
}

/** Right are all five bubbles in order, or, if the answer itself was lost, the bridge alone. */
function isRight(phase, part, { seen, expected }) {
  const bridged =
    ['worker', EVERYTHING].includes(part) &&
    phase === 'Typebot call' &&
    seen.length === 1 &&
    isBridge(seen[0]);
  return bridged || JSON.stringify(seen) === JSON.stringify(expected);
}

function row(phase, part, result, calmMs) {
  return [
    part,
    phase,
    result.seen.some(isBridge) ? 'the bridge' : `${new Set(result.seen).size} of ${BUBBLES}`,
    result.seen.length - new Set(result.seen).size,
    isRight(phase, part, result) ? 'yes' : 'NO',
    `${((result.ms - calmMs) / 1_000).toFixed(1)} s`,
    `${result.requests} / ${result.keys}`,
    `${result.calls} (${result.taken} taken, ${result.parallel} at once)`,
  ];
}

const print = (cells) => console.log(`| ${cells.join(' | ')} |`);
const chosen = process.argv.length > 2 ? process.argv.slice(2) : [...parts, EVERYTHING];
let failed = false;
try {
  const calm = {};
  for (const phase of Object.keys(phases)) calm[phase] = (await turn(phase)).ms;
  print([
    'killed',
    'in',
    'bubbles seen',
    'duplicates',
    'in order',
    'later than without',
    'requests / keys',
    'Typebot calls',
  ]);
  print(Array(8).fill('---'));
  for (const part of chosen) {
    for (const phase of Object.keys(phases)) {
      const result = await turn(phase, part).catch((error) => {
        print([part, phase, String(error.message)]);
        failed = true;
      });
      if (result === undefined) continue;
      print(row(phase, part, result, calm[phase]));
      failed ||= !isRight(phase, part, result);
      // Waits until the part is back before the next one is killed.
      await sleep(3_000);
    }
  }
} finally {
  await product.stop();
  viewer.close();
  receiver.close();
}
process.exitCode = failed ? 1 : 0;
