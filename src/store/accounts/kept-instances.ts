import type { InstanceRow } from '../rows.js';

/** Beyond this many, the one read longest ago is forgotten. */
const MAX_KEPT = 1_000;

/**
 * A cache of instances. A kept one is handed out only to a caller who has just read from PostgreSQL that its version
 * (`INSTANCE_VERSION`) is still current, so nobody works with old settings or credentials.
 */
export interface KeptInstances {
  find(id: string): Promise<InstanceRow | undefined>;
  /**
   * As `find`, but without a statement when this version is kept. `version` null means that the instance is being
   * deleted.
   */
  at(id: string, version: number | null): Promise<InstanceRow | undefined>;
}

/** `read` fetches an instance from the database. */
export function keepInstances(read: KeptInstances['find']): KeptInstances {
  const kept = new Map<string, InstanceRow>();
  const find = async (id: string) => {
    const found = await read(id);
    kept.delete(id);
    if (found !== undefined) kept.set(id, found);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return found;
  };
  return {
    find,
    at: async (id, version) => {
      if (version === null) return undefined;
      const known = kept.get(id);
      return known?.updatedAt.getTime() === version ? known : find(id);
    },
  };
}
