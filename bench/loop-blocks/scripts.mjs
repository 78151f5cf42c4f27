import { fill, MiB, worstTexts } from './inputs.mjs';

const dist = '../../dist/src';
const LARGEST = 999_000;

/**
 * A flow's script on its way to its thread and back. Only this blocks the event loop; the script itself may take a
 * second.
 */
export async function scriptCases() {
  const { createScripts } = await import(`${dist}/typebot/script/scripts.js`);
  const scripts = createScripts();
  process.once('beforeExit', () => scripts.stop());
  const script = (content, args = []) => ({ type: 'script', content, args });
  const of = (round) => ({ flow: `f${round}`, timeZone: 'UTC' });
  const row = (name, make) => ({
    name: `script: ${name}`,
    make: (round) => [make(), of(round)],
    run: ([program, place]) => scripts.run(program, place),
  });
  const many = (count) => Array.from({ length: count }, (_, n) => ({ id: `v${n}`, value: 'a' }));
  const texts = Object.entries(worstTexts).flatMap(([name, text]) => [
    row(`${name}, as a value`, () => script('return value', [{ id: 'value', value: text(LARGEST / 2) }])),
    row(`${name}, as the script`, () => script(text(LARGEST))),
    row(`${name}, as the reply`, () => script(`return ${JSON.stringify(text(1_000))}.repeat(990)`)),
    row(`${name}, as what is thrown`, () => script(`throw ${JSON.stringify(text(1_000))}.repeat(990)`)),
  ]);
  return [
    ...texts,
    row('a script too long', () => script(fill('a;', 8 * MiB))),
    row('values too long', () => script('return 1', [{ id: 'v', value: fill('\n', 8 * MiB) }])),
    row('30,000 values', () => script('return v1', many(30_000))),
    row('names of 1 MiB that are none', () => script('return 1', [{ id: `${fill('a', MiB)}-`, value: 1 }])),
    row('memory without end', () => script('const a = []; for (;;) a.push(new Array(1000).fill("x"))')),
    row('halves of pairs', () => script('return "\\ud800".repeat(990000)')),
  ];
}
