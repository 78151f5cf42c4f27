import { z } from 'zod';
import { record } from '../../foreign/record-schema.js';
import { discriminateByTags, id, tags } from './tag-schema.js';

const name = z.string().max(200);
const pictureUrl = z.string().max(2_000);

const newUser = {
  tags,
  name: name.optional(),
  pictureUrl: pictureUrl.optional(),
  integrationName: z.string().max(200).optional(),
};

/** Body of `POST /users`. */
export const createUserSchema = z.strictObject(newUser);

/** Body of `POST /users/get-or-create`. */
export const getOrCreateUserSchema = z.strictObject({ ...newUser, discriminateByTags });

/** Body of `PUT /users/{id}`. `""` or null clears a name or picture. */
export const updateUserSchema = z.strictObject({
  tags: tags.optional(),
  name: name.nullable().optional(),
  pictureUrl: pictureUrl.nullable().optional(),
});

/** A user to find or make. */
export type NewUser = z.output<typeof getOrCreateUserSchema>;

const time = z.iso.datetime();

/** A user in answers. Participants look the same. */
export const user = z.strictObject({
  id,
  createdAt: time,
  updatedAt: time,
  tags: record(z.string(), z.string()),
  name: z.string().optional(),
  pictureUrl: z.string().optional(),
});
