import {
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  patched,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { Alarm } from './alarm.js';
import {
  closeSignal,
  messageSignal,
  mutedSignal,
  pauseSignal,
  restartSignal,
  resumeSignal,
  sessionQuery,
} from './contract.js';
import type { ConversationInput } from './contract.js';
import type { Snapshot } from './snapshot.js';
import { idleWakeAtMs, nextWake } from './deadlines.js';
import { isGathering, withoutGather } from './gather.js';
import { decide, isOver } from './decide.js';
import type { Event } from './decide.js';
import { describe } from './describe.js';
import { Performer } from './perform.js';
import { RunLength } from './run-length.js';
import { carryOver, freshState } from './state.js';
import type { ConversationState } from './state.js';

/**
 * A contact's conversation on an instance, while a session is active. The signals `message`, `pause`, `resume`,
 * `close`, `restart` and `muted` each carry a snapshot of what is true; the query `session` returns the state.
 */
export async function conversation({ contactId, carried }: ConversationInput): Promise<void> {
  let state = carried ?? freshState();
  const idle = new Alarm(() => apply({ type: 'tick' }));
  const work = new Alarm(() => apply({ type: 'tick' }));
  const performer = new Performer(contactId, apply);
  const length = new RunLength(() => workflowInfo().historyLength, patched);
  /** The turn that is due is left to the next run. */
  let endsBeforeTurn = false;

  function mayBegin(now: ConversationState): boolean {
    endsBeforeTurn = length.endsBeforeTurn(now);
    return !endsBeforeTurn;
  }

  function apply(event: Event): void {
    const known = isGathering(event) && !patched('gather') ? withoutGather(event) : event;
    endsBeforeTurn = false;
    const decision = decide(state, known, Date.now(), { follows: patched, mayBegin });
    state = decision.state;
    decision.effects.forEach((effect) => performer.perform(effect));
    setAlarms();
    setCurrentDetails(describe(state));
  }

  function setAlarms(): void {
    const nowMs = Date.now();
    const idleMs = idleWakeAtMs(state, nowMs);
    if (idleMs !== null) idle.set(idleMs, 'idle');
    const wake = nextWake(state, nowMs);
    if (wake !== null) work.set(wake.atMs, wake.why);
  }

  const onSignal = (snapshot: Snapshot) => {
    length.heard();
    apply({ type: 'signal', snapshot });
  };
  for (const signal of [messageSignal, pauseSignal, resumeSignal, closeSignal, restartSignal, mutedSignal]) {
    setHandler(signal, onSignal);
  }
  setHandler(sessionQuery, () => state);
  setDefaultSignalHandler((name) => log.warn('unknown signal', { name }));
  if (carried !== undefined) apply({ type: 'tick' });

  await condition(() => (isOver(state) || endsBeforeTurn || length.mayEnd(state)) && allHandlersFinished());
  if (isOver(state)) return;
  performer.cancelLane();
  await continueAsNew<typeof conversation>({ contactId, carried: carryOver(state) });
}
