import type { RenderContext } from '../../../activities/ports/typebot.js';
import { cutText } from '../../foreign/cut-text.js';
import { readOpen, type Question } from '../schema.js';
import { textsFor } from '../texts/languages.js';
import { hintFor } from './hints.js';

/** As much of an answered question as is repeated. */
const MAX_QUOTED = 200;

/**
 * What stands for the words of a question that were lost. Options and hints tell what is asked; where there are none, the
 * contact is told what happened, and which question the answer was for.
 */
export function bridgeTo(question: Question, render: RenderContext): string {
  const texts = textsFor(render.settings.locale);
  const { kind } = question;
  const hasHint =
    render.settings.inputHints && render.surface.kind !== 'api' && hintFor(question, render) !== '';
  if (kind === 'choice' || kind === 'payment' || hasHint) return texts.bridge;
  const answered = render.asked === null ? '' : readOpen(render.asked).body;
  return texts.bridgeOnly(cutText(answered, MAX_QUOTED));
}
