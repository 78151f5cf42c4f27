import { createHash } from 'node:crypto';
import type { RenderContext } from '../../../activities/ports/typebot.js';

/** Ids of the answers that Parley offers itself, next to those of a flow's items. */
export const OFFER = {
  skip: 'parley-skip',
  done: 'parley-done',
  today: 'parley-today',
  tomorrow: 'parley-tomorrow',
  ownNumber: 'parley-own-number',
  prefilled: 'parley-prefilled',
} as const;

/** Where a button or row is shown. A turn ends with one question at most. */
export type Shown = Pick<RenderContext, 'turn' | 'session'>;

/** An item's id longer than this goes as its digest: rows have room for 200 characters in all, buttons for 256. */
const MAX_ITEM_ID = 150;

/**
 * The id of a button or row: `t12.Xk3f9aQ:item`. It carries session and turn, so that a tap on an older message is
 * told from one on the question that is open.
 */
export function wireId({ turn, session }: Shown, id: string): string {
  return `t${turn}.${sessionTag(session)}:${wireItem(id)}`;
}

/** An item's id as it stands in a wire id. */
export function wireItem(id: string): string {
  return id.length > MAX_ITEM_ID ? `~${digest(id)}` : id;
}

/** Few characters that tell the sessions of a contact apart. */
export function sessionTag(session: string): string {
  return digest(session).slice(0, 7);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** What one of our own ids says; `tag` is that of its session, empty where there is none. Undefined for other ids. */
export function readWireId(id: string): { turn: number; tag: string; id: string } | undefined {
  const match = /^t(\d+)(?:\.([\w-]{7}))?:(.*)$/s.exec(id);
  if (match?.[3] === undefined) return undefined;
  return { turn: Number(match[1]), tag: match[2] ?? '', id: match[3] };
}
