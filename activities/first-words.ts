import { isDeepStrictEqual } from 'node:util';
import { renderContext } from './chain.js';
import type { BegunTurn, Chain, TurnMediaPort } from './ports/turns.js';
import type { FirstReply, FlowAnswer, OpenInput, TypebotPort } from './ports/typebot.js';

interface FirstWordsDeps {
  typebot: Pick<TypebotPort, 'readFirst'>;
  media: TurnMediaPort;
}

/**
 * Answers the first question of a run that has just begun. If the flow has said nothing and asks for text, the words
 * that began the run are its answer. If a lost session was started again and asks the same question, the lost answer is
 * repeated. Otherwise the chain stays as it is.
 */
export async function withFirstWords(
  turn: BegunTurn,
  chain: Chain,
  { items, promptItems, silent }: FlowAnswer,
  deps: FirstWordsDeps,
): Promise<Chain> {
  const { opening, lost, step, openInput } = chain;
  if (opening !== true || step.type !== 'done') return chain;
  const waiting: Chain = { ...chain, opening: false, lost: undefined };
  if (step.next.type !== 'question' || openInput === null) return waiting;
  const before = chain.items.slice(0, chain.items.length - items.length);
  const isSilent = silent && before.every(({ type }) => type === 'wait');
  const reply = repeated(lost, openInput) ?? (isSilent ? await firstReply(turn, openInput, deps) : undefined);
  return reply ? { ...waiting, step: { type: 'answer', ...reply, first: { promptItems } } } : waiting;
}

/** The lost answer, if the same question with the same options is asked again. */
function repeated(lost: Chain['lost'], { id, choices }: OpenInput): FirstReply | undefined {
  const asked = lost?.openInput;
  return asked?.id === id && isDeepStrictEqual(asked.choices, choices) ? lost?.reply : undefined;
}

async function firstReply(
  turn: BegunTurn,
  openInput: OpenInput,
  { typebot, media }: FirstWordsDeps,
): Promise<FirstReply | undefined> {
  // The data of a webhook belongs to the block that waited for it.
  if (turn.continuation || turn.inputs.some(({ origin }) => origin === 'callback')) return undefined;
  const { messages } = await media.prepare(turn);
  return typebot.readFirst(messages, openInput, renderContext(turn, openInput, Date.now()));
}
