import { z } from 'zod';
import { object, query, text } from '../../http/input/schema.js';

/** `{"status":"ok"}` */
export const okSchema = z.object({ status: z.literal('ok') });

/** The error body of this surface. */
export const errorSchema = z.object({ code: z.int(), success: z.literal(false), error: z.string() });

/** A body that is only checked for being an object. */
export const emptySchema = query({});

/** A body that may be any JSON. */
export const anyJsonSchema = z.unknown();

/** `POST /token`. */
export const tokenRequestSchema = object({ client_token: text(1, 500), client_secret: text(1, 500) });

/** The answer of `POST /token`; `expires_in` in seconds. */
export const tokenSchema = z.object({ access_token: z.string(), expires_in: z.int() });
