import type { RenderContext } from '../../activities/ports/typebot.js';
import { answerKind, toQuestion } from './question.js';
import { textsFor } from './texts/languages.js';
import type { TypebotAnswer } from './wire.js';

/** Typebot's standard texts for a refused reply (viewer 3.18), used if the author set none. */
const BUILT_IN =
  /^(?:Invalid message\. Please, try again\.|This (?:email|URL|phone number) doesn't seem to be valid\. Can you type it again\?)$/;

/**
 * Replaces Typebot's standard English text for a refused reply by one in the typebot's language. An author's text
 * stays.
 */
export function withRetryWords(answer: TypebotAnswer, { settings }: RenderContext): TypebotAnswer {
  const { input, messages } = answer;
  const [bubble, ...others] = messages;
  if (settings.locale === 'en' || !input || !bubble || others.length > 0) return answer;
  const texts = textsFor(settings.locale);
  const kind = answerKind(toQuestion(input, texts));
  if (kind === undefined || !BUILT_IN.test(lineOf(bubble))) return answer;
  const richText = [{ type: 'p', children: [{ text: texts.pleaseAnswer[kind] }] }];
  return { ...answer, messages: [{ ...bubble, content: { ...bubble.content, richText } }] };
}

/** The text of a bubble of one line; empty for a longer one. */
function lineOf({ content }: TypebotAnswer['messages'][number]): string {
  const [line, ...lines] = content.richText ?? [];
  return lines.length > 0 ? '' : (line?.children?.map((leaf) => leaf.text ?? '').join('') ?? '');
}
