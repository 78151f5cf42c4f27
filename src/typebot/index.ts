import type {
  AutomaticAction,
  ChatMessage,
  ContinueChatRequest,
  FlowAnswer,
  FlowNote,
  FlowSettings,
  TranscriptPlace,
  TypebotPort,
  TypebotTarget,
} from '../../activities/ports/typebot.js';
import type { HttpClient } from '../guarded-http/http.js';
import type { BreakerOptions } from './calls/breaker.js';
import { createClient, type TypebotClient } from './calls/client.js';
import { runHttpAction } from './calls/http-action.js';
import { look } from './look.js';
import { renderAnswer, type FlowTraits } from './render.js';
import { read, readFirst } from './reply/read.js';
import { readOpen } from './schema.js';
import type { Script, Scripts } from './script/scripts.js';
import type { TypebotAnswer } from './wire.js';

/** What `createTypebot` needs. */
export interface TypebotOptions {
  http: HttpClient;
  scripts: Scripts;
  /** PARLEY_TYPEBOT_TIMEOUT_MS: limit of one chat call. */
  timeoutMs: number;
  /** Tests shorten it. */
  breaker?: BreakerOptions;
}

/** Implements the port. Chat calls throw `TypebotFailure` only; nothing else throws. */
export function createTypebot(options: TypebotOptions): TypebotPort {
  const client = createClient(options);
  const traits = createTraitMemory();
  return {
    start: async (request) => {
      const answer = await client.startChat(request);
      traits.learn(request, traitsIn(answer));
      const { render } = request;
      const rendered = renderAnswer({ answer, render, isFirst: true, traits: traits.of(request) });
      return { ...rendered, place: placeOf(answer, rendered, request.resultId) };
    },
    continue: (request) => proceed(client, traits, request),
    look: (request) => look({ client, http: options.http }, request, traitsOf(traits, request)),
    automatic: (action, flow) => automatic(action, flow, options),
    read,
    readFirst,
    clientLog: ({ description, details, ...target }) => client.clientLog(target, { description, details }),
    upload: (request) => client.upload(request),
  };
}

/** None for a result that continues an earlier run: its transcript ends with that run. */
function placeOf(
  { typebot, resultId }: TypebotAnswer,
  { bubbles }: FlowAnswer,
  remembered: string | undefined,
): TranscriptPlace | undefined {
  if (typebot?.id === undefined || resultId === undefined || resultId === remembered) return undefined;
  return { flowId: typebot.id, resultId, replies: 0, bubbles };
}

/** Undefined when the flow has none of them, like most flows. */
function traitsIn({ typebot }: TypebotAnswer): FlowTraits | undefined {
  const { typingEmulation: typing, general } = typebot?.settings ?? {};
  const prefill = general?.isInputPrefillEnabled === true;
  return typing || prefill ? { typing, prefill } : undefined;
}

/**
 * Traits by flow. Only startChat returns them, and an open question carries them on. In a chain of automatic calls no
 * question is open, so they are kept here in the meantime.
 */
interface TraitMemory {
  learn(target: TypebotTarget, traits: FlowTraits | undefined): void;
  of(target: TypebotTarget): FlowTraits;
}

const MAX_REMEMBERED = 1000;

function createTraitMemory(): TraitMemory {
  const known = new Map<string, FlowTraits>();
  const keyOf = ({ typebotUrl, publicId }: TypebotTarget) => `${typebotUrl} ${publicId}`;
  return {
    learn: (target, traits) => {
      known.delete(keyOf(target));
      if (traits) known.set(keyOf(target), traits);
      const [oldest] = known.keys();
      if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
    },
    of: (target) => known.get(keyOf(target)) ?? {},
  };
}

async function proceed(
  client: TypebotClient,
  memory: TraitMemory,
  request: ContinueChatRequest,
): Promise<FlowAnswer> {
  const answer = await client.continueChat(request);
  return renderAnswer({
    answer,
    render: request.render,
    passedOn: request.passedOn,
    isFirst: false,
    traits: traitsOf(memory, request),
  });
}

function traitsOf(memory: TraitMemory, request: ContinueChatRequest): FlowTraits {
  const { asked } = request.render;
  const remembered = memory.of(request);
  if (!asked) return remembered;
  const { typing, prefill } = readOpen(asked);
  return { typing: typing ?? remembered.typing, prefill };
}

type AutomaticReply = { message?: ChatMessage; notes: FlowNote[] };

async function automatic(
  action: AutomaticAction,
  flow: TypebotTarget & { settings: FlowSettings },
  { http, scripts }: TypebotOptions,
): Promise<AutomaticReply> {
  switch (action.type) {
    case 'script':
      return runScript(action, flow, scripts);
    case 'http': {
      const { text, statusCode } = await runHttpAction(action, http);
      const done = note('action.done', 'httpRequest');
      return {
        message: { type: 'text', text },
        notes: [{ ...done, data: { ...done.data, status: statusCode } }],
      };
    }
    case 'skip':
      return { notes: [note('action.ignored', action.name, 'not supported')] };
  }
}

async function runScript(
  script: Script,
  { typebotUrl, publicId, settings }: TypebotTarget & { settings: FlowSettings },
  scripts: Scripts,
): Promise<AutomaticReply> {
  const of = { flow: `${typebotUrl} ${publicId}`, timeZone: settings.timeZone };
  const result = await scripts.run(script, of);
  if (result.ok) {
    const message: ChatMessage | undefined =
      result.text === undefined ? undefined : { type: 'text', text: result.text };
    return { message, notes: [note('action.done', 'setVariable')] };
  }
  const { reason, message, line } = result;
  const failed = note('action.ignored', 'setVariable', reason);
  const why = { ...(message === undefined ? {} : { message }), ...(line === undefined ? {} : { line }) };
  return { notes: [{ ...failed, data: { ...failed.data, ...why } }] };
}

function note(type: FlowNote['type'], action: string, reason?: string): FlowNote {
  return { type, data: { action, ...(reason ? { reason } : {}) } };
}
