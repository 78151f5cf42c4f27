import { z } from 'zod';
import { boundAnswer } from './answer-bounds.js';
import { record } from '../foreign/record-schema.js';

/**
 * Answers of a Typebot viewer, read tolerantly: schema versions 3 to 6; unknown keys, bubbles, inputs and actions are
 * accepted; an unreadable entry of a list is left out.
 */

/** A node or leaf of a rich text. */
export interface RichNode {
  type?: string;
  text?: string;
  bold?: boolean;
  italic?: boolean;
  strikethrough?: boolean;
  code?: boolean;
  url?: string;
  children?: RichNode[];
  caption?: RichNode[];
}

/** A string; absent if it is anything else. */
export const optionalText = z.string().optional().catch(undefined);
const optionalFlag = z.boolean().optional().catch(undefined);
const looseRecord = record(z.string(), z.unknown()).catch({});
/** A number, which may arrive as a string; absent if it is anything else. */
const optionalNumber = z
  .union([z.number(), z.string().trim().min(1).transform(Number)])
  .pipe(z.number())
  .optional()
  .catch(undefined);

const richNode: z.ZodType<RichNode> = z.lazy(() =>
  z.object({
    type: optionalText,
    text: optionalText,
    bold: optionalFlag,
    italic: optionalFlag,
    strikethrough: optionalFlag,
    code: optionalFlag,
    url: optionalText,
    children: richNodes.optional(),
    caption: richNodes.optional().catch(undefined),
  }),
);
const richNodes: z.ZodType<RichNode[]> = z
  .array(richNode.optional().catch(undefined))
  .catch([])
  .transform((nodes) => nodes.filter((node) => node !== undefined));

const bubble = z.object({
  id: z.string().catch(''),
  type: z.string(),
  content: z
    .object({
      type: optionalText,
      richText: richNodes.optional(),
      markdown: optionalText,
      /** Older schema versions. */
      plainText: optionalText,
      text: optionalText,
      url: optionalText,
      id: optionalText,
      clickLink: z.object({ url: optionalText, alt: optionalText }).optional().catch(undefined),
      waitForEvent: z.object({ isEnabled: optionalFlag }).optional().catch(undefined),
    })
    .transform(({ plainText, ...content }) =>
      content.richText || content.markdown !== undefined ? content : { ...content, markdown: plainText },
    )
    .catch({}),
});

const cardPath = z.object({ id: z.string(), text: optionalText });
const item = z.object({
  id: z.string(),
  content: optionalText,
  value: optionalText,
  title: optionalText,
  description: optionalText,
  pictureSrc: optionalText,
  imageUrl: optionalText,
  paths: z.array(cardPath.optional().catch(undefined)).optional().catch(undefined),
});

const options = z
  .object({
    labels: z
      .object({
        placeholder: optionalText,
        button: optionalText,
        from: optionalText,
        to: optionalText,
        separator: optionalText,
        left: optionalText,
        right: optionalText,
        skip: optionalText,
      })
      .catch({}),
    audioClip: z.object({ isEnabled: optionalFlag }).catch({}),
    attachments: z.object({ isEnabled: optionalFlag }).catch({}),
    min: z.union([z.string(), z.number()]).optional().catch(undefined),
    max: z.union([z.string(), z.number()]).optional().catch(undefined),
    step: optionalNumber,
    hasTime: optionalFlag,
    isRange: optionalFlag,
    format: optionalText,
    defaultCountryCode: optionalText,
    isMultipleChoice: optionalFlag,
    isSearchable: optionalFlag,
    buttonType: optionalText,
    length: optionalNumber,
    startsAt: optionalNumber,
    isRequired: optionalFlag,
    isMultipleAllowed: optionalFlag,
    allowedFileTypes: z
      .object({ isEnabled: optionalFlag, types: z.array(z.string()).optional().catch(undefined) })
      .catch({}),
  })
  .partial()
  .catch({});

const input = z.object({
  id: z.string(),
  type: z.string(),
  options: options.optional().transform((value) => value ?? {}),
  items: z
    .array(item.optional().catch(undefined))
    .catch([])
    .optional()
    .transform((list) => (list ?? []).filter((entry) => entry !== undefined)),
  prefilledValue: z
    .union([z.string(), z.number().transform(String)])
    .optional()
    .catch(undefined),
  runtimeOptions: z.object({ amountLabel: optionalText }).optional().catch(undefined),
});

const scriptArgument = z.object({ id: z.string(), value: z.unknown().optional() });
const script = z.object({
  content: z.string().catch(''),
  isCode: z.boolean().catch(false),
  args: z.array(scriptArgument).catch([]),
});
const httpRequest = z.object({
  url: z.string().catch(''),
  method: z.string().catch('GET'),
  headers: looseRecord.transform((headers) =>
    Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  ),
  body: z.unknown().optional(),
});

const action = z.object({
  type: z.string(),
  lastBubbleBlockId: optionalText,
  expectsDedicatedReply: z.boolean().catch(false),
  wait: z.object({ secondsToWaitFor: optionalNumber }).optional().catch(undefined),
  redirect: z.object({ url: optionalText }).optional().catch(undefined),
  setVariable: z.object({ scriptToExecute: script }).optional().catch(undefined),
  httpRequestToExecute: httpRequest.optional().catch(undefined),
  webhookToExecute: httpRequest.optional().catch(undefined),
});

const typingEmulation = z.object({
  enabled: optionalFlag,
  speed: optionalNumber,
  maxDelay: optionalNumber,
  delayBetweenBubbles: optionalNumber,
  isDisabledOnFirstMessage: optionalFlag,
});

/** An array without its unreadable entries; empty if it is no array. */
export function lenientArray<T extends z.ZodType>(entry: T) {
  return z
    .array(entry.optional().catch(undefined))
    .catch([])
    .optional()
    .transform((list) => (list ?? []).filter((value) => value !== undefined));
}

const answer = z.object({
  sessionId: optionalText,
  resultId: optionalText,
  typebot: z
    .object({
      id: optionalText,
      settings: z
        .object({
          typingEmulation: typingEmulation.optional().catch(undefined),
          general: z.object({ isInputPrefillEnabled: optionalFlag }).optional().catch(undefined),
        })
        .catch({}),
    })
    .optional()
    .catch(undefined),
  messages: lenientArray(bubble),
  input: input.nullish().transform((value) => value ?? undefined),
  clientSideActions: lenientArray(action),
  logs: lenientArray(z.object({ description: optionalText })),
  lastMessageNewFormat: optionalText,
});

/** One bubble of an answer. */
export type TypebotBubble = z.infer<typeof bubble>;
/** The question of an answer. */
export type TypebotInput = z.infer<typeof input>;
/** A client-side action of an answer. */
export type TypebotAction = z.infer<typeof action>;
/** One answer of startChat or continueChat. */
export type TypebotAnswer = z.infer<typeof answer> & {
  /** Part of the answer was left out, because it exceeded the limits of `boundAnswer`. */
  isCut: boolean;
};
/** `typebot.settings.typingEmulation`; absent members have Typebot's defaults. */
export type TypingEmulation = z.infer<typeof typingEmulation>;

/** The answer in a response body; undefined for anything else, such as a proxy's page. */
export function readAnswer(body: unknown): TypebotAnswer | undefined {
  const parsed = z.looseObject({ messages: z.array(z.unknown()) }).safeParse(body);
  if (!parsed.success) return undefined;
  const { answer: bounded, isCut } = boundAnswer(parsed.data);
  const result = answer.safeParse(bounded);
  return result.success ? { ...result.data, isCut } : undefined;
}
