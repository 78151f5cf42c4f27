import { z } from 'zod';
import { record } from '../../foreign/record-schema.js';
import { words } from '../../schema-fields.js';

/** Ids of this API, by Botpress's rule; Parley's are UUIDs. */
export const id = z.string().min(28).max(36);

const tagKey = z.string().min(1).max(200);

/** Tags in a request: `""` or null removes one. */
export const tags = record(tagKey, z.string().max(500).nullable(), words('an object'));

/** Tags of a new message, which has none to remove. */
export const messageTags = record(tagKey, z.string().max(500), words('an object'));

/** The tags by which an existing object is found. Without it all tags must be equal. */
export const discriminateByTags = z.array(z.string().max(500)).optional();
