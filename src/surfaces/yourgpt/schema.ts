import { z } from 'zod';
import { digitsOf } from '../../channels/jid.js';
import { parseJson } from '../../foreign/read-json.js';

function text(name: string) {
  return z.string({
    error: ({ input }) => (input === undefined ? `${name} is required` : `${name} must be a string`),
  });
}

function filledText(name: string) {
  return text(name).min(1, `${name} is required`);
}

function oneOf<const Words extends readonly [string, ...string[]]>(name: string, words: Words) {
  return z.enum(words, `${name} must be one of ${words.join(', ')}`);
}

// Form fields are always strings, so digits count as a number in both body types.
function integer(name: string, minimum: number, maximum: number) {
  const problem = `${name} must be an integer from ${minimum} to ${maximum}`;
  const digits = z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number);
  return z.union([z.int(), digits], problem).pipe(z.int(problem).min(minimum, problem).max(maximum, problem));
}

function body<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `${issue.keys[0]} is not allowed` : 'the body must be an object',
  });
}

/** What `state` may be. */
export const states = ['pending', 'unresolved', 'resolved', 'closed'] as const;
const chatModes = ['bot', 'awaiting', 'operator'] as const;
const MAX_VIEW_ID = 2_147_483_647;
const orderBy = oneOf('orderBy', ['ASC', 'DESC']).default('ASC');
const limit = integer('limit', 1, 100).default(10);
const page = integer('page', 1, 1_000_000_000).default(1);
const projectUid = filledText('project_uid').optional();

/** Body of `updateSession`. */
export const updateSessionSchema = body({
  session_uid: filledText('session_uid'),
  state: oneOf('state', states).optional(),
  chat_mode: oneOf('chat_mode', chatModes).optional(),
  segment: text('segment')
    // Length in UTF-16 units; zod's own check counts code points.
    .refine((value) => value.length <= 255, 'segment must be at most 255 characters')
    .optional(),
  project_uid: projectUid,
}).refine(({ state, chat_mode }) => state !== 'resolved' || chat_mode === undefined, {
  error: 'chat_mode cannot be set when state is resolved',
});

/** Body of `createSession`; `phone` as people write it. */
export const createSessionSchema = body({
  widget_uid: filledText('widget_uid'),
  phone: text('phone')
    .refine((written) => /^\d{8,15}$/.test(digitsOf(written)), 'phone must have 8 to 15 digits')
    .optional(),
  project_uid: projectUid,
});

const mediaTypes: readonly string[] = ['image', 'audio', 'video', 'file'];

/** Body of `sendMessage`. */
export const sendMessageSchema = body({
  widget_uid: filledText('widget_uid').optional(),
  session_uid: filledText('session_uid'),
  message: filledText('message').max(4096, 'message must be at most 4096 characters'),
  send_by: oneOf('send_by', ['user', 'operator', 'assistant']).default('user'),
  content_type: oneOf('content_type', ['text', 'picker', 'image', 'audio', 'video', 'file']).default('text'),
  project_uid: projectUid,
})
  .refine(({ widget_uid, project_uid }) => widget_uid !== undefined || project_uid !== undefined, {
    error: 'widget_uid is required',
  })
  .refine(
    ({ content_type, message }) =>
      !mediaTypes.includes(content_type) || (/^https?:\/\//i.test(message) && URL.canParse(message)),
    { error: 'message must be an http(s) URL' },
  );

function day(name: string) {
  const problem = `${name} must be a date like 2026-01-31`;
  return z.iso.date(problem).optional();
}

const filterSchema = z.array(
  z.strictObject(
    {
      model: z.enum(['SESSION'], 'filter model must be SESSION'),
      key: z.enum(
        ['state', 'status', 'chat_mode', 'segment', 'session_uid'],
        'filter key must be one of state, status, chat_mode, segment, session_uid',
      ),
      operator: z.enum(['is', 'is_not', 'contains'], 'filter operator must be one of is, is_not, contains'),
      value: z
        .string('filter value must be a string')
        .regex(/^[^\0\p{Cs}]*$/u, 'filter value must be a string'),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `filter ${issue.keys[0]} is not allowed`
          : 'filter entries must be objects',
    },
  ),
  'filter must be an array',
);

/** Body of `getSessions`. */
export const getSessionsSchema = body({
  from: day('from'),
  to: day('to'),
  orderBy,
  limit,
  page,
  status: oneOf('status', ['open', 'closed']).optional(),
  view_id: integer('view_id', -MAX_VIEW_ID, MAX_VIEW_ID).optional(),
  filter: z
    .union([z.array(z.unknown()), z.string().transform(readJson)], 'filter must be an array')
    .pipe(filterSchema)
    .default([]),
  project_uid: projectUid,
});

/** Body of `getSessionMessages`. */
export const getSessionMessagesSchema = body({
  session_uid: filledText('session_uid'),
  orderBy,
  limit,
  page,
  project_uid: projectUid,
});

/** A message as `sendMessage` takes it, with its defaults. */
export type SendMessage = z.output<typeof sendMessageSchema>;

/** A `getSessions` request, with its defaults. */
export type GetSessions = z.output<typeof getSessionsSchema>;

// A form carries the filter as JSON text. Text that is no JSON is passed on, and fails for not being an array.
function readJson(written: string): unknown {
  return parseJson(written) ?? written;
}
