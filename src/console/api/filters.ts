/**
 * Filters of the list of conversations. They are part of the page's address, so that a view can be saved and shared.
 */
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

/** Reads the filters from an address. Values are checked by the API, not here. */
export function readFilters(search: Record<string, unknown>): Filters {
  const texts = NAMES.map((name) => [name, search[name]] as const).filter(
    ([, value]) => (typeof value === 'string' && value !== '') || typeof value === 'number',
  );
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
}

/** The filters without the order, for actions on all conversations that match. */
export function withoutOrder(filters: Filters): Filters {
  return withoutEmpty({ ...filters, order: undefined });
}

/** Leaves out members without a value. */
export function withoutEmpty(filters: Filters): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined && value !== ''),
  );
}
