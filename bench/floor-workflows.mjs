// The least that a turn can cost: a signal, then two empty activities.
import {
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

const go = defineSignal('go');
const { typebot, deliver } = proxyActivities({ startToCloseTimeout: '10 seconds' });

export async function floor(debounceMs) {
  const { workflowId } = workflowInfo();
  let signalled = false;
  setHandler(go, () => {
    signalled = true;
  });
  for (let turns = 0; turns < 200; turns += 1) {
    await condition(() => signalled);
    signalled = false;
    if (debounceMs > 0) await sleep(debounceMs);
    await typebot();
    await deliver(workflowId);
  }
}
