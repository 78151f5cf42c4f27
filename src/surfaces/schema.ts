import { z } from 'zod';

const linkSchema = z.object({
  media: z.union([
    z.object({ url: z.string() }).transform(({ url }) => url),
    z
      .object({ fetch: z.object({ via: z.literal('url'), auth: z.literal('none'), url: z.string() }) })
      .transform(({ fetch }) => fetch.url),
  ]),
});

/** The public address of a message's file, when Parley stores no copy of the file; null when it has none. */
export function readMediaLink(content: unknown): string | null {
  return linkSchema.safeParse(content).data?.media ?? null;
}
