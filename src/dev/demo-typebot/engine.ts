import type { Question, Step } from './flow.js';

/** The state of one chat. Plain JSON. */
export interface DemoSession {
  /** Index of the step whose question is open. */
  step: number;
  variables: Record<string, string>;
}

/** The parts of Typebot's answer that depend on the flow. */
export interface DemoAnswer {
  messages: unknown[];
  input?: Record<string, unknown>;
  lastMessageNewFormat?: string;
}

/** A reply to a question; undefined continues without one. */
export interface DemoReply {
  text: string;
  replyId?: string;
}

/** Runs one flow for any number of chats, whose state the caller keeps. */
export interface DemoEngine {
  start(variables: Record<string, string>): { session: DemoSession; answer: DemoAnswer };
  /** `session` is undefined when the flow has ended. */
  reply(session: DemoSession, reply: DemoReply | undefined): { session?: DemoSession; answer: DemoAnswer };
}

/** Runs a linear flow like Typebot. Pure: no clock, no I/O. `baseUrl`: where its pictures are served. */
export function createDemoEngine(flow: Step[], baseUrl: string): DemoEngine {
  const show = (step: number, variables: Record<string, string>): DemoAnswer => {
    const { bubbles = [], question } = flow[step] ?? {};
    const messages = bubbles.map((bubble) =>
      bubble.type === 'image'
        ? { id: bubble.id, type: 'image', content: { url: baseUrl + bubble.path } }
        : textBubble(bubble.id, fill(bubble.text, variables)),
    );
    return question ? { messages, input: toInput(question) } : { messages };
  };
  return {
    start: (variables) => ({ session: { step: 0, variables }, answer: show(0, variables) }),
    reply(session, reply) {
      const question = flow[session.step]?.question;
      if (!question) return { answer: { messages: [] } };
      const value = reply && accept(question, reply);
      if (value === undefined) return { session, answer: refuse(question) };
      const variables = { ...session.variables, [question.saveAs]: value };
      const step = session.step + 1;
      const answer = {
        ...show(step, variables),
        ...(value === reply?.text ? {} : { lastMessageNewFormat: value }),
      };
      return flow[step]?.question ? { session: { step, variables }, answer } : { answer };
    },
  };
}

// Undefined: the reply is refused. Choices must match exactly, as in Typebot.
function accept(question: Question, { text, replyId }: DemoReply): string | undefined {
  switch (question.type) {
    case 'text input':
      return text;
    case 'email input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim()) ? text.trim() : undefined;
    case 'number input': {
      const number = text.trim() === '' ? NaN : Number(text);
      return number >= question.min && number <= question.max ? String(number) : undefined;
    }
    case 'choice input':
      return (
        question.items.find((item) => item.id === replyId) ??
        question.items.find((item) => item.id === text || item.content === text.trim())
      )?.content;
    default:
      return question satisfies never;
  }
}

function refuse(question: Question): DemoAnswer {
  const text = question.type === 'email input' ? question.retryText : undefined;
  return {
    messages: [textBubble(question.id, text ?? 'Invalid message. Please, try again.')],
    input: toInput(question),
  };
}

function toInput(question: Question): Record<string, unknown> {
  const { id, type } = question;
  const options: Record<string, unknown> = { variableId: `v_${question.saveAs}` };
  if (question.type === 'number input') Object.assign(options, { min: question.min, max: question.max });
  if (question.type === 'email input') options.retryMessageContent = question.retryText;
  return question.type === 'choice input'
    ? { id, type, items: question.items, options }
    : { id, type, options };
}

function fill(text: string, variables: Record<string, string>): string {
  return text
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? '')
    .replace(/ +([!.,?])/g, '$1');
}

function textBubble(id: string, text: string): unknown {
  return {
    id,
    type: 'text',
    content: { type: 'richText', richText: [{ type: 'p', children: [{ text }] }] },
  };
}
