import type {
  ContinueChatRequest,
  FlowAnswer,
  Look,
  LostWords,
  RenderContext,
} from '../../activities/ports/typebot.js';
import { TypebotFailure } from '../../activities/ports/typebot-failure.js';
import type { HttpClient } from '../guarded-http/http.js';
import type { TypebotClient } from './calls/client.js';
import { readLostWords, type WordsRead } from './calls/transcript.js';
import { isRetryAnswer, renderAnswer, type FlowTraits } from './render.js';
import { textsFor } from './texts/languages.js';
import { transcribed } from './transcribed.js';
import type { TypebotAnswer, TypebotBubble } from './wire.js';

/** Where a look asks: the viewer for the state of the flow, the builder (over `http`) for what the bot said. */
export interface LookDeps {
  client: Pick<TypebotClient, 'continueChat'>;
  http: HttpClient;
}

type LookRequest = ContinueChatRequest & { lost?: LostWords };

/** Continues without a message: an input that waits is returned unchanged. */
export async function look(deps: LookDeps, request: LookRequest, traits: FlowTraits): Promise<Look> {
  const answer = await stand(deps, request);
  if (answer instanceof TypebotFailure) return lastWords(deps, request, { gone: answer, traits });
  if (answer.input && answer.input.id === request.render.asked?.id) return { type: 'same' };
  return moved(deps, request, { answer, traits });
}

/** The viewer's answer, or that the session is gone. */
async function stand({ client }: LookDeps, request: LookRequest): Promise<TypebotAnswer | TypebotFailure> {
  try {
    return await client.continueChat({ ...request, message: undefined });
  } catch (error) {
    if (error instanceof TypebotFailure && error.kind === 'gone') return error;
    throw error;
  }
}

/**
 * A look that was refused adds no new bubbles: only the lost ones are shown. A look that moved the flow on adds
 * its own bubbles after the lost ones.
 */
async function moved(
  { http }: LookDeps,
  { render, lost }: LookRequest,
  { answer, traits }: { answer: TypebotAnswer; traits: FlowTraits },
): Promise<Look> {
  const isRefusal = isRetryAnswer(answer);
  // Trying again would look again, and so move the flow on a second time.
  const read = await wordsOf(http, lost && { ...lost, isLastTry: lost.isLastTry || !isRefusal });
  const own = isRefusal ? [] : answer.messages;
  const ownCount = isRefusal ? 0 : transcribed(answer);
  const words = 'bubbles' in read ? read.bubbles.slice(0, Math.max(0, read.bubbles.length - ownCount)) : null;
  const isBridge = isRefusal && words === null;
  const whole = isBridge ? answer : { ...answer, messages: [...(words ?? []), ...own] };
  const rendered = renderAnswer({ answer: whole, render, isFirst: false, isBridge, traits });
  const answered = noted(rendered, read);
  return { type: 'moved', answer: answered, taken: isRefusal, words: words === null ? 'lost' : 'read' };
}

/**
 * Typebot deletes a session when its flow ends, so the reply was taken and what the bot said last can be found only in
 * the transcript. Only if the transcript stands where it did before the reply, the session was lost without it.
 */
async function lastWords(
  { http }: LookDeps,
  { render, lost }: LookRequest,
  { gone, traits }: { gone: TypebotFailure; traits: FlowTraits },
): Promise<Look> {
  const read = await wordsOf(http, lost);
  if ('isBefore' in read) throw gone;
  const said = 'bubbles' in read ? read.bubbles : [lostEnd(render)];
  const answer = noted(renderWords(said, render, traits), read);
  return { type: 'ended', answer, words: 'bubbles' in read ? 'read' : 'lost' };
}

function lostEnd({ settings }: RenderContext): TypebotBubble {
  return { id: '', type: 'text', content: { markdown: textsFor(settings.locale).lostEnd } };
}

function renderWords(
  messages: TypebotAnswer['messages'],
  render: RenderContext,
  traits: FlowTraits,
): FlowAnswer {
  const answer = { messages, input: undefined, clientSideActions: [], logs: [], isCut: false };
  return renderAnswer({ answer, render, isFirst: false, traits });
}

function wordsOf(http: HttpClient, lost: LostWords | undefined): Promise<WordsRead> {
  return lost === undefined ? Promise.resolve({ reason: '' }) : readLostWords(http, lost);
}

/** Adds to the timeline why the lost bubbles could not be read. */
function noted(answer: FlowAnswer, read: WordsRead): FlowAnswer {
  if ('bubbles' in read || read.reason === '') return answer;
  return {
    ...answer,
    notes: [...answer.notes, { type: 'typebot.log', data: { description: read.reason } }],
  };
}
