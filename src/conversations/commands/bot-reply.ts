import { readReply } from '../../store/sessions/replies.js';
import { readSession } from '../../store/sessions/sessions.js';
import type { BotReply } from '../api.js';
import type { Core } from '../core.js';

/**
 * Calls back for each committed event of a workspace; returns a function that stops it. Behind it is PostgreSQL's
 * NOTIFY.
 */
export type CommitBell = (workspaceId: string, callback: (sessionId: string | null) => void) => () => void;

/** The bell may miss events for a moment after a lost connection, so look at least this often. */
const LOOK_AGAIN_MS = 1_000;
/** How long to wait for the session to end after the flow's last answer, so that nobody writes into it any more. */
const END_MS = 2_000;

/** Which message to wait for, and for how long. */
export interface Asked {
  sessionId: string;
  inboxId: string;
  timeoutMs: number;
}

/** The bot's answer to one message, once its turn is over. Null when it will not answer, or not in time. */
export async function botReply(deps: Core, bell: CommitBell, asked: Asked): Promise<BotReply | null> {
  const session = await readSession(deps.db, asked.sessionId);
  if (session === undefined) return null;
  const ring = createRing();
  const stop = bell(session.workspaceId, ring.ring);
  try {
    return await untilReply(deps, asked, ring.heard);
  } finally {
    stop();
  }
}

async function untilReply(
  deps: Core,
  asked: Asked,
  heard: (timeoutMs: number) => Promise<void>,
): Promise<BotReply | null> {
  let endsMs = Date.now() + asked.timeoutMs;
  let answer: BotReply | null = null;
  for (;;) {
    const reply = await readReply(deps.db, asked.sessionId, asked.inboxId);
    if (reply.type === 'never') return answer;
    if (reply.type === 'answered') {
      if (answer === null) endsMs = Math.min(endsMs, Date.now() + END_MS);
      answer = { messages: reply.messages, choices: reply.choices };
      if (!reply.ending) return answer;
    }
    const leftMs = endsMs - Date.now();
    if (leftMs <= 0) return answer;
    await heard(Math.min(leftMs, LOOK_AGAIN_MS));
  }
}

/** `heard` resolves at the next ring, immediately if one was missed, or when the time is up. */
function createRing(): { ring: () => void; heard: (timeoutMs: number) => Promise<void> } {
  let missed = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      missed = true;
      wake?.();
    },
    heard: async (timeoutMs) => {
      if (!missed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      missed = false;
      wake = undefined;
    },
  };
}
