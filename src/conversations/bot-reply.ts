import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { readReply } from '../store/replies.js';
import type { BotReply } from './api.js';
import type { Core } from './core.js';

/** Tells of committed events by session id; PostgreSQL's NOTIFY behind it. */
export type CommitBell = EventEmitter;

/** The bell may be deaf for a moment after a lost connection: look again at least this often. */
const LOOK_AGAIN_MS = 1_000;

/** What the bot answered to one message, once its turn is over; null when it will not answer, or not in time. */
export async function botReply(
  core: Core,
  bell: CommitBell,
  asked: { sessionId: string; inboxId: string; timeoutMs: number },
): Promise<BotReply | null> {
  const endsMs = Date.now() + asked.timeoutMs;
  for (;;) {
    const reply = await readReply(core.db, asked.sessionId, asked.inboxId);
    if (reply.type === 'never') return null;
    if (reply.type === 'answered') return { messages: reply.messages, choices: reply.choices };
    const leftMs = endsMs - Date.now();
    if (leftMs <= 0) return null;
    await heard(bell, asked.sessionId, Math.min(leftMs, LOOK_AGAIN_MS));
  }
}

async function heard(bell: CommitBell, sessionId: string, timeoutMs: number): Promise<void> {
  try {
    await once(bell, sessionId, { signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    // Time is up: the caller looks again.
  }
}
