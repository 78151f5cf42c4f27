import type { InstanceRow } from '../rows.js';

/** Beyond this number the one that was read first is let go. */
const MAX_KEPT = 1_000;

/**
 * Instances as they were read last. What is kept is given out only to who has just read from PostgreSQL that this is still
 * the version (`INSTANCE_VERSION`), so that nobody works with settings or credentials of before.
 */
export interface KeptInstances {
  find(id: string): Promise<InstanceRow | undefined>;
  /** As `find`, without a statement where the instance is kept in this version. Null = it is being deleted. */
  at(id: string, version: number | null): Promise<InstanceRow | undefined>;
}

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
