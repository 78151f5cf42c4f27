/** What narrows the list of conversations. It stands in the address, so that a view can be kept and shared. */
export interface Filters {
  q?: string;
  status?: 'opened' | 'paused' | 'closed';
  chat_mode?: 'bot' | 'awaiting' | 'operator';
  instance_id?: string;
  typebot_id?: string;
  reason?: string;
  waits_for?: string;
  tag?: string;
}

const NAMES = [
  'q',
  'status',
  'chat_mode',
  'instance_id',
  'typebot_id',
  'reason',
  'waits_for',
  'tag',
] as const;

/** Reads the filters out of an address; what is no text is left out, what the API does not know it refuses. */
export function readFilters(search: Record<string, unknown>): Filters {
  const texts = NAMES.map((name) => [name, search[name]] as const).filter(
    ([, value]) => (typeof value === 'string' && value !== '') || typeof value === 'number',
  );
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
}
