import { z } from 'zod';
import type { OpenInput } from '../../activities/ports/typebot.js';
import { record } from '../foreign/record-schema.js';

/**
 * The question a flow waits on, as stored between two turns (`OpenInput` of the port). It is JSON, possibly written by
 * an older version of Parley than the one that reads it.
 */

const hinted = { placeholder: z.string().optional(), prefilled: z.string().optional() };

const option = z.object({
  id: z.string(),
  /** The full text shown to the contact. Never empty. */
  label: z.string(),
  /** The label as the engine knows it; may be empty. */
  engineText: z.string(),
  value: z.string().optional(),
  description: z.string().optional(),
  picture: z.string().optional(),
  /** Cards: index of the card the path belongs to. */
  card: z.number().optional(),
});

const card = z.object({
  title: z.string(),
  description: z.string().optional(),
  image: z.string().optional(),
});

const question = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), audio: z.boolean(), attachments: z.boolean(), ...hinted }),
  z.object({
    kind: z.literal('number'),
    min: z.number().optional(),
    max: z.number().optional(),
    step: z.number().optional(),
    ...hinted,
  }),
  z.object({ kind: z.literal('email'), ...hinted }),
  z.object({ kind: z.literal('url'), ...hinted }),
  z.object({ kind: z.literal('phone'), country: z.string().optional(), ...hinted }),
  z.object({
    kind: z.literal('date'),
    hasTime: z.boolean(),
    isRange: z.boolean(),
    /** The engine reads 01/02 as 1 February. */
    dayFirst: z.boolean(),
    /** The block's format shows 1 February as 01/02; absent if it begins with the year. */
    showsDayFirst: z.boolean().optional(),
    /** The block's format shows 12 hours with AM or PM. */
    halfDays: z.boolean().optional(),
    /** ISO dates, with or without time. */
    min: z.string().optional(),
    max: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    ...hinted,
  }),
  z.object({ kind: z.literal('time'), halfDays: z.boolean().optional(), ...hinted }),
  z.object({
    kind: z.literal('choice'),
    style: z.enum(['choice', 'picture', 'cards']),
    options: z.array(option),
    cards: z.array(card),
    multiple: z.boolean(),
    searchable: z.boolean(),
  }),
  z.object({
    kind: z.literal('rating'),
    first: z.number(),
    last: z.number(),
    icons: z.boolean(),
    left: z.string().optional(),
    right: z.string().optional(),
  }),
  z.object({
    kind: z.literal('file'),
    required: z.boolean(),
    multiple: z.boolean(),
    skip: z.string().optional(),
    types: z.array(z.string()).optional(),
  }),
  z.object({ kind: z.literal('payment'), amount: z.string().optional() }),
  z.object({ kind: z.literal('embed') }),
  z.object({ kind: z.literal('webhook') }),
  z.object({ kind: z.literal('other'), placeholder: z.string().optional() }),
]);

const openQuestion = z.object({
  id: z.string(),
  type: z.string(),
  turn: z.number(),
  /** The turn that first asked this question; it was only repeated since. Taps since that turn are not stale. */
  firstTurn: z.number(),
  choices: z.array(z.object({ id: z.string(), title: z.string() })),
  /** The question's text as shown, without hint and options. */
  body: z.string(),
  /** The flow's own text was lost, and `body` is the bridge that stands for it. */
  isBridged: z.boolean().optional(),
  question,
  /** Option ids in the order last shown; a number in a reply is a position in it. */
  order: z.array(z.string()),
  /** Titles that were shortened, by option id. */
  shown: record(z.string(), z.string()),
  /** Page of a searchable choice that was shown last. */
  page: z.number(),
  /** Offered readings of a date or time that can be read in more than one way. */
  readings: z.array(z.object({ id: z.string(), title: z.string(), value: z.string() })),
  /** Options offered by markup in the texts before the question. */
  offers: z.array(z.object({ id: z.string(), title: z.string() })),
  /** The flow offers stored values as answers. Only the first answer of a session says so, hence kept here. */
  prefill: z.boolean().optional(),
  /** The flow's typing speed. Only the first answer of a session has it, hence kept here. */
  typing: z
    .object({
      enabled: z.boolean().optional(),
      speed: z.number().optional(),
      maxDelay: z.number().optional(),
      delayBetweenBubbles: z.number().optional(),
      isDisabledOnFirstMessage: z.boolean().optional(),
    })
    .optional(),
});

/** One item of a choice or one path of a card. */
export type ChoiceOption = z.infer<typeof option>;
/** What a question asks for. */
export type Question = z.infer<typeof question>;
/** One kind of question. */
export type QuestionOf<K extends Question['kind']> = Extract<Question, { kind: K }>;
/** `OpenInput` with all its members. */
export type OpenQuestion = z.infer<typeof openQuestion>;

/** The shortened title of an option, if it was shortened. The id comes from a flow and may be `constructor`. */
export function shownTitle({ shown }: Pick<OpenQuestion, 'shown'>, id: string): string | undefined {
  return Object.hasOwn(shown, id) ? shown[id] : undefined;
}

/** Reads a stored question. One that cannot be read becomes free text, so that the conversation is not stuck. */
export function readOpen(open: OpenInput): OpenQuestion {
  const parsed = openQuestion.safeParse(open);
  if (parsed.success) return parsed.data;
  const { id, type, turn, choices } = open;
  return {
    ...{ id, type, turn, choices, firstTurn: turn, body: '' },
    question: { kind: 'other' },
    ...{ order: [], shown: {}, page: 1, readings: [], offers: [] },
  };
}
