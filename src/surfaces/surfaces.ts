import type { TryFlow } from '../../activities/ports/typebot.js';
import type { ReadEvolution } from '../channels/evolution/typebots.js';
import type { Config } from '../config.js';
import type { Conversations } from '../conversations/api.js';
import type { InboundPort } from '../conversations/arrivals/inbound.js';
import type { EventsOut } from '../events-out/events-out.js';
import type { Auth } from '../http/access/auth.js';
import type { Route, Surface } from '../http/surface.js';
import type { MediaLibrary } from '../media/media-library.js';
import type { Db } from '../store/db.js';
import type { KeyRing } from '../store/secrets.js';
import { botpressSurface } from './botpress/routes.js';
import { codechatSurface } from './codechat/routes.js';
import { createCookieAuth } from './console/cookie-auth.js';
import { signInLinkRoute } from './console/sign-in-routes.js';
import { consoleSurface } from './console/surface.js';
import { callbackRoute } from './native/callback-route.js';
import type { ChannelDirectory, NativeDeps } from './native/deps.js';
import { instanceComponents } from './native/instances/components.js';
import { nativeRoutes } from './native/routes.js';
import { nativeErrors, nativeSurface } from './native/surface.js';
import { tokenRoute } from './native/token-route.js';
import { typebotDefaults } from './native/typebots/defaults.js';
import { provisioningRoutes } from './provisioning/routes.js';
import { eventRoutes } from './subscriptions/event-routes.js';
import { subscriptionRoutes } from './subscriptions/subscription-routes.js';
import { yourgptSurface } from './yourgpt/routes.js';

/** What the surfaces are built from. */
export interface SurfaceDeps {
  config: Config;
  db: Db;
  keyRing: KeyRing;
  auth: Auth;
  conversations: Conversations;
  inbound: InboundPort;
  directory: ChannelDirectory;
  events: EventsOut;
  library: MediaLibrary;
  tryFlow: TryFlow;
  readEvolution: ReadEvolution;
}

const YOURGPT_REPLY_MS = 20_000;

/** Every surface of the API: the dialects with a base path first, then the native one. */
export function apiSurfaces(deps: SurfaceDeps): Surface[] {
  const { auth, db, conversations, config } = deps;
  const mediaUrl = (mediaId: string) => deps.library.transcriptUrl(mediaId, Date.now());
  const signIn = { db, auth, publicUrl: config.publicUrl };
  const defaults = { locale: config.defaultLocale, timeZone: config.defaultTimeZone };
  const workflowUrl = (id: string) =>
    config.temporalUi === undefined ? null : `${config.temporalUi}/${encodeURIComponent(id)}`;
  const shared = { mediaUrl, workflowUrl };
  const native = { ...deps, quotas: config.quotas, channels: deps.directory, defaults, ...shared };
  return [
    codechatSurface({
      auth,
      db,
      conversations,
      quotas: config.quotas,
      typebotDefaults: typebotDefaults(defaults),
    }),
    yourgptSurface({ auth, db, conversations, mediaUrl, replyTimeoutMs: YOURGPT_REPLY_MS }),
    botpressSurface({ auth, db, conversations, mediaUrl }),
    consoleSurface(signIn, consoleRoutes({ ...deps, auth: createCookieAuth(db, config.publicUrl) }, native)),
    nativeSurface(
      [...nativeDialect(deps, native), signInLinkRoute(signIn)],
      instanceComponents(deps.directory),
    ),
  ];
}

/**
 * Routes a browser may call with its cookie. Left out: making tokens, the callbacks of flows, and the event stream,
 * which wants a token of its own.
 */
function consoleRoutes(deps: SurfaceDeps, native: NativeDeps): Route[] {
  const left = ['/token', '/events', '/callbacks/{token}'];
  const routes = nativeDialect(deps, { ...native, auth: deps.auth });
  return routes.filter(({ path }) => !left.includes(path));
}

/** Everything that answers in the native dialect. */
function nativeDialect(deps: SurfaceDeps, native: NativeDeps) {
  const { auth, db, keyRing, events, conversations } = deps;
  const { quotas } = native;
  const { giveUpMs, manualRetryMs } = events.settings.deliveries;
  const subscriptions = { auth, db, quotas, secrets: keyRing, giveUpMs, manualRetryMs };
  return [
    tokenRoute(auth),
    ...provisioningRoutes({ db, auth, conversations, quotas, errors: nativeErrors }),
    ...eventRoutes({ auth, db, streams: events.streams, tokens: events.tokens }),
    ...subscriptionRoutes(subscriptions),
    ...nativeRoutes(native),
    callbackRoute(deps.inbound),
  ];
}
