import { readFile } from 'node:fs/promises';
import { writePrivateJson } from '../private-file.js';
import type { DemoSession } from './engine.js';
import { demoChatsSchema } from './schema.js';

/** The demo's chats: in memory, and in a file that is written before an answer is sent. */
export interface DemoChats {
  find(id: string): DemoSession | undefined;
  /** Stores or, with undefined, removes a chat. Resolves when this is on disk. */
  put(id: string, session: DemoSession | undefined): Promise<void>;
}

/** Reads the chats of an earlier run; a missing or damaged file counts as empty. */
export async function openDemoChats(file: string): Promise<DemoChats> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const parsed = demoChatsSchema.safeParse(parseJson(text));
  const chats = new Map(Object.entries(parsed.data ?? {}));
  let writing = Promise.resolve();
  return {
    find: (id) => chats.get(id),
    put(id, session) {
      if (session) chats.set(id, session);
      else chats.delete(id);
      writing = writing.then(() => writePrivateJson(file, Object.fromEntries(chats)));
      return writing;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
