import { createHash } from 'node:crypto';
import type { RenderContext } from '../../../activities/ports/typebot.js';

/** Item ids of the answers that Parley adds to those of the flow. */
export const OFFER = {
  skip: 'parley-skip',
  done: 'parley-done',
  today: 'parley-today',
  tomorrow: 'parley-tomorrow',
  ownNumber: 'parley-own-number',
  prefilled: 'parley-prefilled',
} as const;

/** The session and turn in which a button or row is shown. They identify its question: a turn asks at most one. */
export type Shown = Pick<RenderContext, 'turn' | 'session'>;

/**
 * A longer item id is replaced by its digest, since WhatsApp limits the id of a row to 200 characters, of a button to
 * 256.
 */
const MAX_ITEM_ID = 150;

/**
 * The id of a button or row, such as `t12.Xk3f9aQ:item`. It holds turn and session, so that a tap on an older message
 * is not mistaken for an answer to the open question.
 */
export function wireId({ turn, session }: Shown, id: string): string {
  return `t${turn}.${sessionTag(session)}:${wireItem(id)}`;
}

/** An item's id as it appears in a wire id. */
export function wireItem(id: string): string {
  return id.length > MAX_ITEM_ID ? `~${digest(id)}` : id;
}

/** Seven characters of a digest, enough to tell a contact's sessions apart. */
export function sessionTag(session: string): string {
  return digest(session).slice(0, 7);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Parses a wire id; `tag` is the `sessionTag`, empty if the id has none. Undefined for ids that are not Parley's. */
export function readWireId(id: string): { turn: number; tag: string; id: string } | undefined {
  const match = /^t(\d+)(?:\.([\w-]{7}))?:(.*)$/s.exec(id);
  if (match?.[3] === undefined) return undefined;
  return { turn: Number(match[1]), tag: match[2] ?? '', id: match[3] };
}
