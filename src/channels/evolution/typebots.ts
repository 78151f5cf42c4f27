import { HttpFailure } from '../../guarded-http/http.js';
import type { HttpClient, HttpResponse } from '../../guarded-http/http.js';
import { readJson } from '../../foreign/read-json.js';
import { withoutEndSlashes } from '../../foreign/trim-end.js';
import { evolutionSettingsSchema, evolutionTypebotSchema } from './typebots-wire.js';
import type { EvolutionSettingsRow, EvolutionTypebot } from './typebots-wire.js';

/** An instance at Evolution, with its own API key or the global one. */
export interface EvolutionPlace {
  baseUrl: string;
  instance: string;
  apiKey: string;
}

/** Bots and settings of an instance, or why they could not be read. */
export type EvolutionBots =
  | { ok: true; bots: EvolutionTypebot[]; settings: EvolutionSettingsRow }
  | { ok: false; reason: 'unauthorized' | 'unknown_instance' | 'not_evolution' | 'unreachable' };

/** Reads the bots of an instance at Evolution. Changes nothing there. Never throws. */
export type ReadEvolution = (place: EvolutionPlace) => Promise<EvolutionBots>;

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;
/** Any further bots are ignored; no instance has that many. */
const MAX_BOTS = 500;

/** Creates a reader that uses the guarded client. */
export function createEvolutionReader(http: HttpClient): ReadEvolution {
  return async (place) => {
    const found = await get(http, place, 'find');
    if (!('status' in found)) return found;
    if (found.status >= 300) return { ok: false, reason: reasonOf(found.status) };
    const rows = readJson(found.body);
    // Up to version 2.2, Evolution answers `null` for an instance without bots.
    if (rows !== null && !Array.isArray(rows)) return { ok: false, reason: 'not_evolution' };
    const settings = await get(http, place, 'fetchSettings');
    const known = 'status' in settings && settings.status < 300 ? readJson(settings.body) : {};
    return { ok: true, bots: botsIn(rows ?? []), settings: evolutionSettingsSchema.parse(known) };
  };
}

function botsIn(rows: readonly unknown[]): EvolutionTypebot[] {
  return rows.slice(0, MAX_BOTS).flatMap((row) => {
    const read = evolutionTypebotSchema.safeParse(row);
    return read.success ? [read.data] : [];
  });
}

async function get(
  http: HttpClient,
  { baseUrl, instance, apiKey }: EvolutionPlace,
  what: 'find' | 'fetchSettings',
): Promise<HttpResponse | Extract<EvolutionBots, { ok: false }>> {
  try {
    return await http({
      method: 'GET',
      url: `${withoutEndSlashes(baseUrl)}/typebot/${what}/${encodeURIComponent(instance)}`,
      headers: { apikey: apiKey, accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      source: 'operator',
    });
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return { ok: false, reason: error.phase === 'tooLarge' ? 'not_evolution' : 'unreachable' };
  }
}

function reasonOf(status: number): 'unauthorized' | 'unknown_instance' | 'not_evolution' | 'unreachable' {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return 'unknown_instance';
  return status >= 500 ? 'unreachable' : 'not_evolution';
}
