/** What narrows the list of conversations. It stands in the address, so that a view can be kept and shared. */
export interface Filters {
  q?: string;
  status?: 'opened' | 'paused' | 'closed';
  chat_mode?: 'bot' | 'awaiting' | 'operator';
  instance_id?: string;
  typebot_id?: string;
  reason?: string;
  waits_for?: string;
  stuck?: string;
  silent_minutes?: string;
  segment?: string;
  tag?: string;
  order?: 'next_event';
}

const NAMES = [
  'q',
  'status',
  'chat_mode',
  'instance_id',
  'typebot_id',
  'reason',
  'waits_for',
  'stuck',
  'silent_minutes',
  'segment',
  'tag',
  'order',
] as const;

/** Reads the filters out of an address; what is no text is left out, what the API does not know it refuses. */
export function readFilters(search: Record<string, unknown>): Filters {
  const texts = NAMES.map((name) => [name, search[name]] as const).filter(
    ([, value]) => (typeof value === 'string' && value !== '') || typeof value === 'number',
  );
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
}

/** What narrows the list, without its order: for everything that is done with all that fit. */
export function withoutOrder(filters: Filters): Filters {
  return withoutEmpty({ ...filters, order: undefined });
}

/** Without the members that say nothing. */
export function withoutEmpty(filters: Filters): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined && value !== ''),
  );
}
