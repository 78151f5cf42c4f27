import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writePrivateJson } from './private-file.js';

/** `connection.json`: everything a script needs to talk to a running Parley. */
export interface Connection {
  api_url: string;
  admin_key: string;
  workspace_id: string;
  api_key: string;
  instance_id: string;
  instance_token: string;
  temporal_address: string;
  /** Null when Temporal is not the embedded one. */
  temporal_ui_url: string | null;
  database_url: string;
  pid: number;
}

/** Written when everything is ready, mode 0600. */
export function writeConnectionFile(dataDir: string, connection: Connection): Promise<void> {
  return writePrivateJson(connectionFile(dataDir), connection);
}

/** Removed when Parley stops, and before a start: one that was killed could not. */
export function removeConnectionFile(dataDir: string): Promise<void> {
  return rm(connectionFile(dataDir), { force: true });
}

const connectionFile = (dataDir: string) => path.join(dataDir, 'connection.json');
