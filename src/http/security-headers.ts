import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * The headers of every answer. Anything that is not a page may load nothing, run nothing and appear in no frame, in
 * case a browser treats it as one. HSTS is sent only when PARLEY_PUBLIC_URL is https.
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
 * The content security policy of a page that Parley serves: scripts only from its own files, requests only to its own
 * API. Inline styles are allowed because component libraries need them. `media: 'anywhere'` admits pictures, sounds and
 * videos from any address, as flows use them.
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
