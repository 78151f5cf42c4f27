import { z } from 'zod';
import { record } from '../../foreign/record-schema.js';
import { words } from '../../schema-fields.js';

/** Ids of this API; ours are UUIDs. */
export const id = z.string().min(28).max(36);

const tagKey = z.string().min(1).max(200);

/** Tags as they are written: `""` and null take one away. */
export const tags = record(tagKey, z.string().max(500).nullable(), words('an object'));

/** Tags of a message that is made: there is nothing to take away. */
export const messageTags = record(tagKey, z.string().max(500), words('an object'));

/** The tags by which something that exists is found; without them all tags must be equal. */
export const discriminateByTags = z.array(z.string().max(500)).optional();
