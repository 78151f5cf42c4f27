/**
 * What Typebot's engine does with a reply, as far as the recordings and the probes of
 * fixtures/typebot/156-reply-parsing-table.json show it. Used by the stand-in and by the reply tests, so that what
 * Parley sends is judged by the engine's rules and not by Parley's own.
 */
export interface EngineInput {
  id: string;
  type: string;
  options?: Record<string, unknown>;
  items?: {
    id: string;
    content?: string | null;
    value?: string;
    title?: string | null;
    pictureSrc?: string | null;
    paths?: { id: string; text?: string | null }[];
  }[];
}

/** `message` of continueChat, as sent. */
export type EngineMessage =
  | string
  | null
  | undefined
  | {
      type: string;
      text?: string;
      url?: string;
      attachedFileUrls?: string[];
      metadata?: { replyId?: string };
    };

/** The value that the engine stores; undefined if it refuses the reply, null if an optional file is skipped. */
export function engineReads(input: EngineInput, message: EngineMessage): string | null | undefined {
  const options = input.options ?? {};
  if (message === null || message === undefined) {
    return input.type === 'file input' && options.isRequired === false ? null : undefined;
  }
  const body = typeof message === 'string' ? { type: 'text', text: message } : message;
  if (body.type === 'audio') return ['text input', 'file input'].includes(input.type) ? body.url : undefined;
  return readText(input, options, body.text ?? '', body.metadata?.replyId);
}

function readText(
  input: EngineInput,
  options: Record<string, unknown>,
  text: string,
  replyId: string | undefined,
): string | undefined {
  switch (input.type) {
    case 'text input':
      return text;
    case 'number input':
      return readNumber(options, text);
    case 'email input':
      return /^[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}$/i.test(text) ? text.toLowerCase() : undefined;
    case 'url input':
      return /^(https?:\/\/)?[\w-]+(\.[\w-]+)+([/?#]\S*)?$/i.test(text) ? text : undefined;
    case 'date input':
      return readDate(options, text);
    case 'time input':
      return /^([01]?\d|2[0-3]):[0-5]\d$/.test(text) ? text : undefined;
    case 'phone number input':
      return /^\+\d{8,15}$/.test(text) ? text : undefined;
    case 'rating input':
      return Number(text) <= Number(options.length ?? 10) ? text : undefined;
    case 'file input':
      return readFiles(options, text);
    case 'cards':
      return readCard(input, text, replyId);
    case 'choice input':
    case 'picture choice input':
      return options.isMultipleChoice ? readMultiple(input, text) : readSingle(input, text, replyId);
    default:
      return text;
  }
}

function readNumber(options: Record<string, unknown>, text: string): string | undefined {
  const value = parseFloat(text.replace(',', '.'));
  if (Number.isNaN(value)) return undefined;
  // The engine ignores a bound of 0, because it is falsy.
  if (Number(options.min) && value < Number(options.min)) return undefined;
  if (Number(options.max) && value > Number(options.max)) return undefined;
  return /^-?\d+$/.test(text) ? text : String(value);
}

function readDate(options: Record<string, unknown>, text: string): string | undefined {
  const one = String.raw`(\d{2})/(\d{2})/(\d{4})( \d{2}:\d{2})?`;
  const pattern = options.isRange ? `^${one} to ${one}$` : `^${one}$`;
  const match = new RegExp(pattern).exec(text);
  if (!match) return undefined;
  const dayFirst = String(options.format ?? 'dd').startsWith('dd');
  const days = options.isRange ? [match.slice(1, 4), match.slice(5, 8)] : [match.slice(1, 4)];
  const valid = days.every(([a, b, year]) => {
    const [day, month] = dayFirst ? [a, b] : [b, a];
    const iso = `${year}-${month}-${day}`;
    const min = String(options.min ?? '').slice(0, 10);
    const max = String(options.max ?? '').slice(0, 10);
    return !Number.isNaN(Date.parse(iso)) && (!min || iso >= min) && (!max || iso <= max);
  });
  if (!valid) return undefined;
  return options.hasTime ? text.replace(/(\d{4})(?! \d{2}:)/g, '$1 12:00') : text;
}

function readFiles(options: Record<string, unknown>, text: string): string | undefined {
  const parts = text.split(', ');
  const isUrl = (part: string) => /^https?:\/\/([^/\s]+\.[^/\s]+|localhost:\d+)/.test(part);
  if (!parts.some(isUrl)) return undefined;
  const limit = options.allowedFileTypes as { isEnabled?: boolean; types?: string[] } | undefined;
  const extensions = (limit?.types ?? []).map((type) => type.split('/')[1]);
  if (limit?.isEnabled && !parts.every((part) => extensions.includes(part.split('.').at(-1) ?? '')))
    return undefined;
  return options.isMultipleAllowed ? text : parts[0];
}

function readCard(input: EngineInput, text: string, replyId: string | undefined): string | undefined {
  const items = input.items ?? [];
  const byPath = items.find((item) => item.paths?.some((path) => path.id === replyId || path.id === text));
  return (
    (byPath ?? items.find((item) => item.title?.toLowerCase() === text.toLowerCase()))?.title ?? undefined
  );
}

function labelOf(item: NonNullable<EngineInput['items']>[number]): string {
  return (item.content ?? item.title ?? item.pictureSrc ?? '').trim();
}

function readSingle(input: EngineInput, text: string, replyId: string | undefined): string | undefined {
  const items = [...(input.items ?? [])].sort((a, b) => labelOf(b).length - labelOf(a).length);
  const said = text.trim();
  const found = items.find(
    (item) => item.id === replyId || [item.id, item.value?.trim(), labelOf(item)].includes(said),
  );
  return found && (found.value ?? labelOf(found));
}

function readMultiple(input: EngineInput, text: string): string | undefined {
  const items = input.items ?? [];
  let rest = text;
  const taken = new Set<string>();
  const take = (id: string, needle: string) => {
    const escaped = needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'iu');
    if (!needle || !pattern.test(rest)) return;
    rest = rest.replace(pattern, ' ');
    taken.add(id);
  };
  for (const item of items) take(item.id, item.id);
  for (const item of items) if (item.value) take(item.id, item.value);
  for (const item of [...items].sort((a, b) => labelOf(b).length - labelOf(a).length))
    take(item.id, labelOf(item));
  items.forEach((item, index) => take(item.id, String(index + 1)));
  const chosen = items.filter((item) => taken.has(item.id)).map((item) => item.value ?? labelOf(item));
  return chosen.length > 0 ? chosen.join(', ') : undefined;
}
