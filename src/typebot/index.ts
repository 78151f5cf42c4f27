import type {
  AutomaticAction,
  ChatMessage,
  ContinueRequest,
  FlowAnswer,
  FlowNote,
  FlowSettings,
  TypebotPort,
  TypebotTarget,
} from '../../activities/ports/typebot.js';
import { TypebotFailure } from '../../activities/ports/typebot.js';
import type { Outgoing } from '../guarded-http/http.js';
import type { BreakerOptions } from './breaker.js';
import { createClient, type TypebotClient } from './client.js';
import { runHttpAction } from './http-action.js';
import { isRetryAnswer, renderAnswer } from './render.js';
import { read } from './reply/read.js';
import { runScript } from './sandbox.js';
import { readOpen } from './schema.js';
import type { TypingEmulation } from './wire.js';

/** What the Typebot side needs from outside. */
export interface TypebotOptions {
  http: Outgoing;
  /** PARLEY_TYPEBOT_TIMEOUT_MS: one chat call. */
  timeoutMs: number;
  /** When a viewer's circuit opens; tests shorten it. */
  breaker?: BreakerOptions;
}

/** The Typebot viewer behind its port. Chat calls throw `TypebotFailure` only; nothing else throws. */
export function createTypebot(options: TypebotOptions): TypebotPort {
  const client = createClient(options);
  const speeds = createSpeedMemory();
  return {
    start: async (request) => {
      const answer = await client.startChat(request);
      speeds.learn(request, answer.typebot?.settings.typingEmulation);
      return renderAnswer({ answer, render: request.render, isFirst: true, typing: speeds.of(request) });
    },
    continue: (request) => proceed(client, speeds, request),
    look: (request) => look(client, speeds, request),
    automatic: (action, settings) => automatic(action, settings, options.http),
    read,
    clientLog: ({ description, details, ...target }) => client.clientLog(target, { description, details }),
    upload: (request) => client.upload(request),
  };
}

/**
 * Typing speeds by flow. Only startChat tells them, and an open question carries them on; this bridges the answers
 * of a chain of automatic calls, which has no open question.
 */
interface SpeedMemory {
  learn(target: TypebotTarget, speed: TypingEmulation | undefined): void;
  of(target: TypebotTarget): TypingEmulation | undefined;
}

const MAX_REMEMBERED = 1000;

function createSpeedMemory(): SpeedMemory {
  const speeds = new Map<string, TypingEmulation>();
  const keyOf = ({ typebotUrl, publicId }: TypebotTarget) => `${typebotUrl} ${publicId}`;
  return {
    learn: (target, speed) => {
      speeds.delete(keyOf(target));
      if (speed) speeds.set(keyOf(target), speed);
      const [oldest] = speeds.keys();
      if (speeds.size > MAX_REMEMBERED && oldest !== undefined) speeds.delete(oldest);
    },
    of: (target) => speeds.get(keyOf(target)),
  };
}

async function proceed(
  client: TypebotClient,
  speeds: SpeedMemory,
  request: ContinueRequest,
): Promise<FlowAnswer> {
  const answer = await client.continueChat(request);
  return renderAnswer({
    answer,
    render: request.render,
    passedOn: request.passedOn,
    isFirst: false,
    typing: speedOf(speeds, request),
  });
}

function speedOf(speeds: SpeedMemory, request: ContinueRequest): TypingEmulation | undefined {
  const { asked } = request.render;
  return (asked ? readOpen(asked).typing : undefined) ?? speeds.of(request);
}

/** A continue without message changes nothing on a waiting input and returns it (A12). */
async function look(
  client: TypebotClient,
  speeds: SpeedMemory,
  request: ContinueRequest,
): ReturnType<TypebotPort['look']> {
  const { render } = request;
  try {
    const answer = await client.continueChat({ ...request, message: undefined });
    if (answer.input && answer.input.id === render.asked?.id) return { type: 'same' };
    const isBridge = isRetryAnswer(answer);
    const typing = speedOf(speeds, request);
    return { type: 'moved', answer: renderAnswer({ answer, render, isFirst: false, isBridge, typing }) };
  } catch (error) {
    if (error instanceof TypebotFailure && error.kind === 'gone') return { type: 'gone' };
    throw error;
  }
}

async function automatic(
  action: AutomaticAction,
  { timeZone }: FlowSettings,
  http: Outgoing,
): Promise<{ message?: ChatMessage; notes: FlowNote[] }> {
  switch (action.type) {
    case 'script': {
      const result = await runScript(action, timeZone);
      if (!result.ok) return { notes: [note('action.ignored', 'setVariable', result.reason)] };
      const message: ChatMessage | undefined =
        result.text === undefined ? undefined : { type: 'text', text: result.text };
      return { message, notes: [note('action.done', 'setVariable')] };
    }
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

function note(type: FlowNote['type'], action: string, reason?: string): FlowNote {
  return { type, data: { action, ...(reason ? { reason } : {}) } };
}
