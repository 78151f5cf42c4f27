import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writePrivateJson } from './private-file.js';

/** `connection.json`: all that a script needs to use a running Parley. */
export interface Connection {
  api_url: string;
  admin_key: string;
  workspace_id: string;
  api_key: string;
  instance_id: string;
  instance_token: string;
  temporal_address: string;
  /** Null if Temporal is not the embedded one. */
  temporal_ui_url: string | null;
  database_url: string;
  pid: number;
}

/** Writes the file with mode 0600; to be called when everything is ready. */
export function writeConnectionFile(dataDir: string, connection: Connection): Promise<void> {
  return writePrivateJson(connectionFile(dataDir), connection);
}

/** Removes the file: when Parley stops, and before a start, because a Parley that was killed left it behind. */
export function removeConnectionFile(dataDir: string): Promise<void> {
  return rm(connectionFile(dataDir), { force: true });
}

const connectionFile = (dataDir: string) => path.join(dataDir, 'connection.json');
