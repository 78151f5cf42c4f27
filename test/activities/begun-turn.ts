import type { FlowAnswer } from '../../activities/ports/typebot.js';
import type { BegunTurn } from '../../activities/ports/turns.js';
import { defaultCapabilities } from '../../src/channels/forms/capabilities.js';

/** A turn in a session that Typebot knows, as `begin` gives it. */
export const begun: BegunTurn = {
  ...{ sessionId: 's', contactId: 'c', instanceId: 'i', turn: 2, typebotSessionId: 'ts', openInput: null },
  brokenTurns: 0,
  place: null,
  typebot: { id: 't', typebotUrl: 'https://bot.example', publicId: 'shop' },
  settings: {
    ...{ locale: 'en', timeZone: 'UTC', inputHints: true, typingEmulation: false, defaultDelayMs: 0 },
    unknownMessage: 'Pardon?',
  },
  surface: { capabilities: defaultCapabilities.sandbox, kind: 'whatsapp' },
  inputs: [],
  ...{ continuation: false, continuations: 0, prefilledVariables: { plan: 'pro' }, resultId: null },
  ...{
    openCall: null,
    freshMark: null,
    known: { mark: null, sinceMs: Infinity },
    chain: null,
    slowestCallMs: 0,
    timeoutMs: 10_000,
    patienceMs: 60_000,
  },
};

/** An answer that says nothing and waits for a reply. */
export const question: FlowAnswer = {
  ...{ items: [], promptItems: 0, silent: false, next: { type: 'question' }, openInput: null },
  ...{ notes: [], refused: false, handoff: false, bubbles: 0 },
};

/** The same with one text. */
export const says = (text: string): FlowAnswer => ({
  ...question,
  items: [{ type: 'message', content: { type: 'text', text } }],
});
