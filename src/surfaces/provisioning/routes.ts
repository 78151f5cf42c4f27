import type { Route } from '../../http/surface.js';
import type { ProvisioningDeps } from './deps.js';
import { clientRoutes } from './client-routes.js';
import { keyRoutes } from './key-routes.js';
import { workspaceRoutes } from './workspace-routes.js';

/** Workspaces and their keys: the only routes that the admin key opens. */
export function provisioningRoutes(deps: ProvisioningDeps): Route[] {
  return [...workspaceRoutes(deps), ...clientRoutes(deps), ...keyRoutes(deps)];
}
