import { emptyChain, said } from './chain.js';
import type { OutboundContent } from './ports/messages.js';
import type { AutomaticAction, OpenInput } from './ports/typebot.js';
import type { TypebotFailure } from './ports/typebot-failure.js';
import type { BegunTurn, Chain } from './ports/turns.js';

/** A call that failed, and the turn and chain that it was part of. */
export interface Ended {
  turn: BegunTurn;
  chain: Chain;
  failure: TypebotFailure;
}

/**
 * The final chain of a turn that is given up: what Typebot had said before, then these contents. If the Typebot session
 * waits for the result of an action, this is kept, so that the contact's next words are not sent as the result.
 */
export function leftOf({ turn, chain, failure }: Ended, contents: OutboundContent[]): Chain {
  const end = said(turn, contents);
  const isMoved = waitsForResult(turn, chain) || chain.calls > turn.continuations;
  if (chain.typebotSessionId === null || !isMoved) return end;
  const openInput = waitsForResult(turn, chain) ? actionInput(turn, chain, failure) : chain.openInput;
  return { ...chain, step: end.step, items: [...chain.items, ...end.items], openInput };
}

/** Whether the Typebot session waits for the result of an action, or for the end of a pause. */
function waitsForResult({ continuation }: BegunTurn, { step }: Chain): boolean {
  return step.type === 'automatic' || (step.type === 'answer' && step.message === undefined && continuation);
}

function actionInput({ turn }: BegunTurn, { step, unclear }: Chain, { kind }: TypebotFailure): OpenInput {
  const isUntouched = !unclear && kind !== 'unclear' && kind !== 'refused';
  const action = step.type === 'automatic' && isUntouched ? step.action : undefined;
  return { id: 'action', type: 'action', turn, choices: [], waitingAction: { action } };
}

/**
 * The chain of a turn whose session still waits for the result of an action: the action is performed again. If its
 * result may already have been accepted, or was refused, the session is looked at first, which continues it without the
 * result. Undefined for other sessions.
 */
export function resumedChain(turn: BegunTurn): Chain | undefined {
  const waiting = turn.openInput?.waitingAction;
  if (waiting === undefined || turn.typebotSessionId === null) return undefined;
  if (waiting.action) return emptyChain(turn, { type: 'automatic', action: waiting.action });
  const action: AutomaticAction = { type: 'skip', name: 'action' };
  return { ...emptyChain(turn, { type: 'automatic', action }), unclear: true };
}

/** Records in the timeline that a look continued the session without the result of an action. */
export function withoutResult(chain: Chain): Chain {
  if (chain.step.type !== 'automatic') return chain;
  const data = { action: actionName(chain.step.action), reason: 'result lost' };
  return { ...chain, notes: [...chain.notes, { type: 'action.ignored', data }] };
}

function actionName(action: AutomaticAction): string {
  switch (action.type) {
    case 'script':
      return 'setVariable';
    case 'http':
      return 'httpRequest';
    case 'skip':
      return action.name;
  }
}
