import { z } from 'zod';
import { object } from '../../http/input/schema.js';
import { AUDIT_ACTIONS } from '../../store/accounts/audit.js';
import { about, boolean, integer, text, words } from '../../schema-fields.js';

const secret = () => text(1, 500);

/** `POST /console/api/session`: a one-time code, an API key, or a client token with its secret. */
export const signInSchema = z.union(
  [
    object({ code: secret() }),
    object({ api_key: secret() }),
    object({ client_token: secret(), client_secret: secret() }),
  ],
  words('an object with code, with api_key, or with client_token and client_secret'),
);

/** The credentials somebody signs in with. */
export type SignIn = z.output<typeof signInSchema>;

/** Who is signed in. */
export const signedInSchema = z.object({
  workspace: z.object({ id: z.uuid(), name: z.string() }),
  instance_id: z.string().nullable(),
  /** False for a link that only lets somebody look and step in. */
  may_manage: z.boolean(),
  refused_changes: about(
    z.array(z.enum(AUDIT_ACTIONS)),
    'The kinds of change, named as in the audit, that the API refuses to this session.',
    ['key.created'],
  ),
  expires_at: z.iso.datetime(),
});

/** `POST /console/sign-in-links`. */
export const newLinkSchema = object({
  minutes: about(integer(1, 1_440).default(10), 'How long the link works, in minutes.', 10),
  may_manage: about(
    boolean().default(false),
    'Whether the browser may also manage API keys, the client, outgoing webhooks and numbers, which outlast its session.',
    false,
  ),
});

/** A link that signs one browser in, once. */
export const linkSchema = z.object({
  url: about(
    z.string(),
    'The link. Its code stands behind the #, which no server sees.',
    'https://…/console#code=…',
  ),
  expires_at: z.iso.datetime(),
});
