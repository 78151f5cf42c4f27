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
import { carryOver, freshState } from './state.js';

/** A run continues as new above this many events, so that its history stays below about 1,000. */
const MAX_EVENTS = 900;

/**
 * A contact's conversation on an instance, while a session is active. The signals `message`, `pause`, `resume`,
 * `close`, `restart` and `muted` each carry a snapshot of what is true; the query `session` returns the state.
 */
export async function conversation({ contactId, carried }: ConversationInput): Promise<void> {
  let state = carried ?? freshState();
  const idle = new Alarm(() => apply({ type: 'tick' }));
  const work = new Alarm(() => apply({ type: 'tick' }));
  const performer = new Performer(contactId, apply);

  function apply(event: Event): void {
    const known = isGathering(event) && !patched('gather') ? withoutGather(event) : event;
    const decision = decide(state, known, Date.now(), patched);
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

  const onSignal = (snapshot: Snapshot) => apply({ type: 'signal', snapshot });
  for (const signal of [messageSignal, pauseSignal, resumeSignal, closeSignal, restartSignal, mutedSignal]) {
    setHandler(signal, onSignal);
  }
  setHandler(sessionQuery, () => state);
  setDefaultSignalHandler((name) => log.warn('unknown signal', { name }));
  if (carried !== undefined) apply({ type: 'tick' });

  const mayContinue = () =>
    workflowInfo().historyLength > MAX_EVENTS && state.running !== 'talk' && state.changing === null;
  await condition(() => (isOver(state) || mayContinue()) && allHandlersFinished());
  if (isOver(state)) return;
  performer.cancelLane();
  await continueAsNew<typeof conversation>({ contactId, carried: carryOver(state) });
}
