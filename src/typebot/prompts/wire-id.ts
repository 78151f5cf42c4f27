/** Ids of the answers that Parley offers itself, next to those of a flow's items. */
export const OFFER = {
  skip: 'parley-skip',
  done: 'parley-done',
  today: 'parley-today',
  tomorrow: 'parley-tomorrow',
  ownNumber: 'parley-own-number',
  prefilled: 'parley-prefilled',
} as const;

/** The id of a button or row: it carries the turn, so that a tap on an old message is recognised. */
export function wireId(turn: number, id: string): string {
  return `t${turn}:${id}`;
}

/** Turn and item of one of our own ids; undefined for any other id. */
export function readWireId(id: string): { turn: number; id: string } | undefined {
  const match = /^t(\d+):(.*)$/s.exec(id);
  return match?.[2] === undefined ? undefined : { turn: Number(match[1]), id: match[2] };
}
