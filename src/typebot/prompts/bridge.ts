import type { RenderContext } from '../../../activities/ports/typebot.js';
import { cutText } from '../../foreign/cut-text.js';
import { readOpen, type Question } from '../schema.js';
import { textsFor } from '../texts/languages.js';
import { hintFor } from './hints.js';

/** Longest quotation of the question that was answered, in UTF-16 units. */
const MAX_QUOTED = 200;

/**
 * The text shown in place of a question's lost text. Options or a hint still show what is asked; without them, the
 * contact is told what happened and which question the last answer was for.
 */
export function bridgeTo(question: Question, render: RenderContext): string {
  const texts = textsFor(render.settings.locale);
  const { kind } = question;
  const hasHint =
    render.settings.inputHints && render.surface.kind !== 'api' && hintFor(question, render) !== '';
  if (kind === 'choice' || kind === 'payment' || hasHint) return texts.bridge;
  return texts.bridgeOnly(cutText(answeredWords(render), MAX_QUOTED));
}

/** The text of the question that was answered; empty if that was lost as well. */
function answeredWords({ asked }: RenderContext): string {
  const open = asked === null ? undefined : readOpen(asked);
  return open === undefined || open.isBridged ? '' : open.body;
}
