import type { RenderContext } from '../../activities/ports/typebot.js';
import { answerKind, toQuestion } from './question.js';
import { textsFor } from './texts/languages.js';
import type { TypebotAnswer } from './wire.js';

/** Typebot's own words for a refused reply, where the flow's author wrote none (viewer 3.18). */
const BUILT_IN =
  /^(?:Invalid message\. Please, try again\.|This (?:email|URL|phone number) doesn't seem to be valid\. Can you type it again\?)$/;

/** A refusal in Typebot's own words, which are English, in those of the typebot's language; what an author wrote stays. */
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

/** The words of a bubble of one line. */
function lineOf({ content }: TypebotAnswer['messages'][number]): string {
  const [line, ...lines] = content.richText ?? [];
  return lines.length > 0 ? '' : (line?.children?.map((leaf) => leaf.text ?? '').join('') ?? '');
}
