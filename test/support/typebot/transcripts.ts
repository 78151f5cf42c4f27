/**
 * The builder's part of the stand-in: `GET /api/v1/typebots/{typebotId}/results/{resultId}/transcript` as documented
 * for Typebot 3.18. A transcript replays the stored replies, so for a result shared by several runs it shows the first.
 */

type Json = Record<string, unknown>;

/** One line of a transcript. */
export interface TranscriptLine {
  role: 'bot' | 'user';
  type: 'text' | 'image' | 'video' | 'audio';
  text?: string;
  image?: string;
  video?: string;
  audio?: string;
}

/** The bearer token that the builder's API requires. */
export const BUILDER_TOKEN = 'token-of-the-builder';

export interface Transcripts {
  /** A run begins. If it continues the result of an earlier run, it adds nothing to its transcript. */
  begin(flowId: string, resultId: string, sessionId: string): void;
  says(sessionId: string, messages: unknown[]): void;
  hears(sessionId: string, text: string): void;
  answer(path: string, authorization: unknown): { status: number; body: unknown };
}

export function createTranscripts(): Transcripts {
  const lines = new Map<string, TranscriptLine[]>();
  const runs = new Map<string, TranscriptLine[]>();
  return {
    begin: (flowId, resultId, sessionId) => {
      const known = lines.has(`${flowId} ${resultId}`);
      const run: TranscriptLine[] = [];
      if (!known) lines.set(`${flowId} ${resultId}`, run);
      runs.set(sessionId, run);
    },
    says: (sessionId, messages) => runs.get(sessionId)?.push(...messages.flatMap(toLine)),
    hears: (sessionId, text) => runs.get(sessionId)?.push({ role: 'user', type: 'text', text }),
    answer: (path, authorization) => {
      if (authorization !== `Bearer ${BUILDER_TOKEN}`)
        return failure(401, 'UNAUTHORIZED', 'You must be authenticated to access this resource');
      const [, flowId = '', resultId = ''] =
        /\/typebots\/([^/]+)\/results\/([^/]+)\/transcript$/.exec(path) ?? [];
      const transcript = lines.get(`${decodeURIComponent(flowId)} ${decodeURIComponent(resultId)}`);
      return transcript === undefined
        ? failure(404, 'NOT_FOUND', 'Result not found')
        : { status: 200, body: { transcript } };
    },
  };
}

function failure(status: number, code: string, message: string) {
  return { status, body: { defined: true, code, status, message } };
}

/** Embeds are not in a transcript. */
function toLine(message: unknown): TranscriptLine[] {
  const { type, content = {} } = message as { type: string; content?: Json };
  if (type === 'text') return [{ role: 'bot', type, text: toMarkdown(content.richText) }];
  if (type !== 'image' && type !== 'video' && type !== 'audio') return [];
  return typeof content.url === 'string' ? [{ role: 'bot', type, [type]: content.url }] : [];
}

function toMarkdown(nodes: unknown): string {
  return (Array.isArray(nodes) ? (nodes as Json[]) : []).map(lineOf).join('\n');
}

function lineOf(node: Json): string {
  if (typeof node.text === 'string') return marked(node.text, node);
  const inner = (Array.isArray(node.children) ? (node.children as Json[]) : []).map(lineOf).join('');
  return node.type === 'a' ? `[${inner}](${String(node.url)})` : inner;
}

function marked(text: string, { bold, italic }: Json): string {
  const slanted = italic === true ? `_${text}_` : text;
  return bold === true ? `**${slanted}**` : slanted;
}
