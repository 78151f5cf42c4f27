import { borderCases } from './border.mjs';
import { channelCases, formCases } from './channels.mjs';
import { replyCases } from './replies.mjs';
import { schemaCases } from './schemas.mjs';
import { scriptCases } from './scripts.mjs';
import { typebotCases } from './typebot.mjs';

/**
 * All inputs. `make(round)` is not measured; `run(input)` is measured: one block of the event loop, or several if it
 * waits.
 */
export async function cases() {
  const groups = [borderCases, channelCases, formCases, schemaCases, typebotCases, replyCases, scriptCases];
  return (await Promise.all(groups.map((group) => group()))).flat();
}
