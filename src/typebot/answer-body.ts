import type { OutboundContent } from '../../activities/ports/messages.js';
import type { FlowItem, FlowNote, RenderContext } from '../../activities/ports/typebot.js';
import { orderSteps, type Step } from './actions.js';
import { renderBubble, textMessages, type Limits } from './bubbles/bubbles.js';
import { renderRichText } from './bubbles/rich-text.js';
import { expandMarkup, hasMarkup } from './markup.js';
import type { OpenQuestion } from './schema.js';
import type { TypebotAnswer, TypebotBubble } from './wire.js';

/** What an answer says before its prompt. */
export interface Body {
  items: FlowItem[];
  notes: FlowNote[];
  handoff: boolean;
  /** The last text of the answer, taken as the text of its question. */
  question: string;
  /** That text is not among `items`; the prompt includes it. */
  isQuestionHeld: boolean;
  /** Options in the markup of texts. */
  offers: { id: string; title: string }[];
}

/** The steps of an answer as messages. `asked`: the question that was refused, whose words the prompt repeats. */
export function bodyOf(
  answer: TypebotAnswer,
  { render, isBridge }: { render: RenderContext; isBridge?: boolean },
  asked: OpenQuestion | undefined,
): Body {
  const steps = isBridge ? [] : orderSteps(answer);
  const body: Body = {
    items: [],
    notes: [],
    handoff: false,
    question: '',
    isQuestionHeld: false,
    offers: [],
  };
  // The text of a refusal is not the question: the question is repeated after it.
  const holdable = answer.input && !asked ? lastTextStep(steps, render.surface.capabilities) : undefined;
  for (const step of steps) addStep(body, step, render, step === holdable?.step ? holdable.text : undefined);
  if (asked && body.question === asked.body) dropLastText(body, asked.body);
  return body;
}

/** The last text, unless the contact sees something, or has to wait, between it and the prompt. */
function lastTextStep(steps: Step[], limits: Limits): { step: Step; text: string } | undefined {
  const step = steps.findLast((entry) => {
    if (entry.type === 'bubble') return renderBubble(entry.bubble, limits).length > 0;
    return entry.type === 'redirect' || (entry.type === 'wait' && entry.waitMs > 0);
  });
  if (step?.type !== 'bubble' || step.bubble.type !== 'text') return undefined;
  const text = lastWords(step.bubble);
  return text === undefined ? undefined : { step, text };
}

/** The text at the end of a text bubble; undefined if the bubble ends with an image or markup. */
function lastWords({ content }: TypebotBubble): string | undefined {
  const text = content.markdown?.trim() ?? endOf(content.richText);
  return text === undefined || hasMarkup(text) ? undefined : text;
}

function endOf(richText: TypebotBubble['content']['richText']): string | undefined {
  const part = renderRichText(richText ?? []).at(-1);
  return part?.type === 'text' ? part.text : undefined;
}

function addStep(body: Body, step: Step, render: RenderContext, heldText: string | undefined): void {
  switch (step.type) {
    case 'bubble':
      addBubble(body, step.bubble, render, heldText);
      return;
    case 'wait':
      if (step.waitMs > 0) body.items.push({ type: 'wait', waitMs: step.waitMs });
      return;
    case 'redirect':
      body.items.push(...toItems([{ type: 'text', text: step.url, previewUrl: true }]));
      return;
    case 'handoff':
      body.handoff = true;
      body.notes.push(step.note);
      return;
    case 'note':
      body.notes.push(step.note);
  }
}

function addBubble(
  body: Body,
  bubble: TypebotBubble,
  render: RenderContext,
  heldText: string | undefined,
): void {
  const expanded = withMarkup(body, renderBubble(bubble, render.surface.capabilities), render);
  const contents = render.surface.kind === 'api' ? expanded.map(withoutOptions) : expanded;
  const isEmptyText = bubble.type === 'text';
  if (contents.length === 0 && !isEmptyText) {
    body.notes.push({ type: 'action.ignored', data: { action: bubble.type, reason: 'nothing to show' } });
  }
  if (bubble.type === 'text' && contents.length > 0) body.question = lastWords(bubble) ?? body.question;
  if (heldText === undefined) {
    body.items.push(...toItems(contents));
    return;
  }
  const heldParts = textMessages(heldText, render.surface.capabilities).length;
  body.items.push(...toItems(contents.slice(0, contents.length - heldParts)));
  body.isQuestionHeld = true;
}

function withMarkup(body: Body, contents: OutboundContent[], render: RenderContext): OutboundContent[] {
  return contents.flatMap((content) => {
    if (content.type !== 'text' || !hasMarkup(content.text)) return [content];
    const expanded = expandMarkup(content.text, render);
    body.offers.push(...expanded.offers);
    return expanded.contents;
  });
}

/** The HTTP surfaces return options as data, not as messages. */
function withoutOptions(content: OutboundContent): OutboundContent {
  return content.type === 'buttons' || content.type === 'list'
    ? { type: 'text', text: content.body }
    : content;
}

/** Removes the question that a flow itself repeats after a refusal, since the prompt asks it again. */
function dropLastText(body: Body, text: string): void {
  const index = body.items.findLastIndex(
    (item) => item.type === 'message' && item.content.type === 'text' && item.content.text === text,
  );
  if (index >= 0) body.items.splice(index, 1);
}

/** Messages without a wait before them. */
export function toItems(contents: OutboundContent[]): FlowItem[] {
  return contents.map((content) => ({ type: 'message', content }));
}
