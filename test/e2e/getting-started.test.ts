import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { newConfigurationSchema } from '../../src/surfaces/native/typebots/schema.js';
import { useParley } from '../support/parley.js';

const page = path.resolve(import.meta.dirname, '../../docs/getting-started.md');
const parley = useParley();
const run = promisify(execFile);
const hasTools = await run('bash', ['-c', 'command -v jq curl']).then(
  () => true,
  () => false,
);

/** The commands of the page, one after the other, but for the start itself. */
function commandsOf(text: string): string {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, block = '']) => block)
    .filter((block) => !block.includes('npm start'))
    .join('\n');
}

test.skipIf(!hasTools)(
  'every command of the page works, from the first instance to the takeover',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'parley-docs-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(path.join(folder, '.parley'));
    const connection = { api_url: `http://127.0.0.1:${parley.api.port}`, api_key: parley.key };
    await writeFile(path.join(folder, '.parley/connection.json'), JSON.stringify(connection));
    const script = commandsOf(await readFile(page, 'utf8'))
      .replaceAll('curl -s ', 'curl -sS --fail-with-body ')
      .replace('https://typebot.co/lead-gen-7k2', `${parley.typebot.url}/branch-pub`);
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });
    expect(stdout).toContain('"would_start"');
    expect(stdout).toContain('session.paused');
    expect(stdout).not.toContain('"success": false');
  },
);

test('every channel of the page is one that the API takes, and every setting of a typebot is explained', async () => {
  const text = await readFile(page, 'utf8');
  const channels = [...text.matchAll(/^\{ "type".*\}$/gm)].map(
    ([line]) => JSON.parse(line) as { type: string },
  );
  expect(channels.length).toBeGreaterThanOrEqual(9);
  for (const channel of channels) {
    const made = await parley.call('POST', '/instances', { name: channel.type, channel });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
  }
  const settings = Object.keys(newConfigurationSchema({ locale: 'en', timeZone: 'UTC' }).shape);
  const explained = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual(settings.toSorted());
});
