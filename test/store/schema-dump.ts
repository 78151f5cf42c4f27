import pg from 'pg';

/**
 * The schema as PostgreSQL has it, as SQL in a fixed order: tables with their columns and constraints, indexes,
 * functions, triggers. To read and to compare; migrations are what is run.
 */
export async function dumpSchema(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const parts: string[] = [];
    for (const query of [tables, indexes, functions, triggers]) {
      const { rows } = await client.query<{ sql: string }>(query);
      parts.push(...rows.map(({ sql }) => `${sql};`));
    }
    return `-- Written by \`npm run schema\` from the migrations; not run by anything.\n\n${parts.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

const tables = `
  SELECT 'CREATE TABLE ' || c.relname || E' (\\n  ' || string_agg(l.line, E',\\n  ' ORDER BY l.at, l.line) || E'\\n)' AS sql
  FROM pg_class c
  JOIN (
    SELECT a.attrelid AS relid, a.attnum::int AS at, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
      || CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY (START WITH ' || s.seqstart || ')' ELSE '' END
      || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
    FROM pg_attribute a
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_sequence s ON a.attidentity <> ''
      AND s.seqrelid = pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass
    WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT conrelid, 10000, 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype <> 'n'
  ) l ON l.relid = c.oid
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  GROUP BY c.relname ORDER BY c.relname COLLATE "C"`;

const indexes = `
  SELECT indexdef AS sql FROM pg_indexes
  WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
  ORDER BY tablename COLLATE "C", indexname COLLATE "C"`;

const functions = `
  SELECT rtrim(pg_get_functiondef(oid), E'\\n') AS sql FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace ORDER BY proname COLLATE "C"`;

const triggers = `
  SELECT pg_get_triggerdef(oid) AS sql FROM pg_trigger
  WHERE NOT tgisinternal ORDER BY tgname COLLATE "C"`;
