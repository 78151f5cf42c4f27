import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** The account that PostgreSQL runs under; empty: that of this process. */
export type SystemUser = { uid: number; gid: number } | Record<string, never>;

/** The account to use: PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`. */
export async function systemUser(): Promise<SystemUser> {
  if (process.getuid?.() !== 0) return {};
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    'PostgreSQL does not run as root and the machine has no user "postgres" or "nobody" to run it as.',
  );
}

/** How to spawn a program of PostgreSQL. */
export interface Spawn {
  command: string;
  args: string[];
  ids: SystemUser;
}

/**
 * How to spawn a program under the account. If a parent folder is closed to it, as for a project under `/root`, it is
 * spawned by util-linux's `setpriv` with the one capability (`dac_override`) that lets it enter the folder.
 */
export async function runAs(
  user: SystemUser,
  program: string,
  args: string[],
  directory: string,
): Promise<Spawn> {
  const closed = 'uid' in user && ((await isClosed(program)) || (await isClosed(directory)));
  if (!closed) return { command: program, args, ids: user };
  const capability = '+dac_override';
  const account = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const keep = ['--securebits=+no_setuid_fixup', `--inh-caps=${capability}`, `--ambient-caps=${capability}`];
  return { command: 'setpriv', args: [...keep, ...account, '--', program, ...args], ids: {} };
}

/** Whether some parent folder cannot be entered by other accounts. */
async function isClosed(target: string): Promise<boolean> {
  for (let folder = path.dirname(target); ; folder = path.dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return true;
    if (folder === path.dirname(folder)) return false;
  }
}
