import { typebotCases } from './typebot.mjs';

/** All inputs: `make(round)` is not measured, `run(input)` is one block of the event loop. */
export async function cases() {
  return [...(await typebotCases())];
}
