import { setImmediate as breathe } from 'node:timers/promises';
import { cutText } from '../../foreign/cut-text.js';
import { readFirstMessages } from '../../store/messages/first-messages.js';
import type { FirstMessage } from '../../store/messages/first-messages.js';
import type { TypebotRow } from '../../store/rows.js';
import { listTypebots } from '../../store/accounts/typebots.js';
import type { Xray, XrayRequest, XrayStart } from '../api.js';
import { chosen, judge } from '../sessions/candidates.js';
import type { Core } from '../core.js';

const CONVERSATIONS = 1_000;
/** Patterns of a workspace run in the API's own thread, so they get this much time, in slices. */
const BUDGET_MS = 2_000;
const SLICE_MS = 20;
const MAX_CHANGES = 50;
const MAX_TEXT_LENGTH = 200;

/** The part of a configuration that decides whether it starts. */
type Rule = Pick<TypebotRow, 'id' | 'publicId' | 'enabled' | 'priority' | 'settings'>;

/**
 * Tries the messages that began recent conversations against the present rules, and against those with one
 * configuration changed or added.
 */
export async function xray(deps: Core, request: XrayRequest): Promise<Xray> {
  const before: Rule[] = await listTypebots(deps.db, request.instanceId);
  const after = withChange(before, request);
  const messages = await readFirstMessages(deps.db, request.instanceId, CONVERSATIONS);
  const seen: { message: FirstMessage; was: XrayStart | null; becomes: XrayStart | null }[] = [];
  const endsMs = performance.now() + BUDGET_MS;
  let sliceEndsMs = performance.now() + SLICE_MS;
  for (const message of messages) {
    if (performance.now() > endsMs) break;
    if (performance.now() > sliceEndsMs) {
      await breathe();
      sliceEndsMs = performance.now() + SLICE_MS;
    }
    seen.push({ message, was: starter(before, message), becomes: starter(after, message) });
  }
  const changes = seen.filter(({ was, becomes }) => was?.id !== becomes?.id);
  const total = (of: { message: FirstMessage }[]) => of.reduce((sum, one) => sum + one.message.count, 0);
  return {
    messages: total(seen),
    changed: total(changes),
    changes: changes.slice(0, MAX_CHANGES).map(({ message, was, becomes }) => ({
      text: cutText(message.text, MAX_TEXT_LENGTH),
      count: message.count,
      was,
      becomes,
    })),
  };
}

/** The configurations in evaluation order. */
function withChange(rules: readonly Rule[], { typebotId, change }: XrayRequest): Rule[] {
  const changed = rules.map((rule) => (rule.id === typebotId ? { ...rule, ...change } : rule));
  const all = typebotId === null ? [...changed, { id: '', ...change }] : changed;
  // The sort is stable: of equal priority, the older one stays first.
  return all.toSorted((one, other) => other.priority - one.priority);
}

function starter(rules: Rule[], { text, fromMe, isGroup }: FirstMessage): XrayStart | null {
  const input = { text, fromMe, isGroup, quietSinceMs: null, nowMs: 0 };
  const rule = chosen(judge(rules, input));
  return rule === undefined ? null : { id: rule.id, publicId: rule.publicId };
}
