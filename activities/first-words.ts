import { isDeepStrictEqual } from 'node:util';
import { renderContext } from './chain.js';
import type { BegunTurn, Chain, TurnMediaPort } from './ports/turns.js';
import type { FirstReply, FlowAnswer, OpenInput, TypebotPort } from './ports/typebot.js';

interface FirstWordsDeps {
  typebot: Pick<TypebotPort, 'readFirst'>;
  media: TurnMediaPort;
}

/**
 * The chain after an answer, when a run has just begun: a flow that said nothing and asks for words gets those that
 * began it. A lost session that asks the same question anew gets the answer that was lost. Else the chain as it is.
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

/** The answer that was lost, when the same question with the same options is asked anew. */
function repeated(lost: Chain['lost'], { id, choices }: OpenInput): FirstReply | undefined {
  const asked = lost?.openInput;
  return asked?.id === id && isDeepStrictEqual(asked.choices, choices) ? lost?.reply : undefined;
}

async function firstReply(
  turn: BegunTurn,
  openInput: OpenInput,
  { typebot, media }: FirstWordsDeps,
): Promise<FirstReply | undefined> {
  // A webhook's data is for the block that waited for it.
  if (turn.continuation || turn.inputs.some(({ origin }) => origin === 'callback')) return undefined;
  const { messages } = await media.prepare(turn);
  return typebot.readFirst(messages, openInput, renderContext(turn, openInput, Date.now()));
}
