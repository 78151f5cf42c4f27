import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * The headers of every answer. What is no page may load nothing, run nothing and stand in no frame, should a browser
 * take it for one. Browsers are told to stay with https only where PARLEY_PUBLIC_URL says that it is spoken.
 */
export function securityHeaders(publicUrl: string): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: closed },
    strictTransportSecurity: publicUrl.startsWith('https:') && { includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
}

const closed = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/**
 * The policy of a page that Parley serves: scripts from its own files alone, requests to its own API alone. Styles may
 * stand in the page, since component libraries write them there. `media` says where pictures, sounds and videos may come
 * from: those of a flow are `anywhere`.
 */
export function pageHeaders({ media }: { media: 'own' | 'anywhere' }): RequestHandler {
  const mediaSources = ["'self'", 'data:', 'blob:', ...(media === 'anywhere' ? ['http:', 'https:'] : [])];
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      ...closed,
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      fontSrc: ["'self'", 'data:'],
      imgSrc: mediaSources,
      mediaSrc: mediaSources,
      connectSrc: ["'self'"],
      formAction: ["'self'"],
    },
  });
}
