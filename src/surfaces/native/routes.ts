import type { Route } from '../../http/surface.js';
import { auditRoute } from './audit/routes.js';
import type { NativeDeps } from './deps.js';
import { importRoutes } from './import/routes.js';
import { instanceRoutes } from './instances/routes.js';
import { bulkRoutes } from './sessions/list/bulk-routes.js';
import { controlRoutes } from './sessions/control-routes.js';
import { editRoutes } from './sessions/edit-routes.js';
import { exportRoute } from './sessions/list/export-routes.js';
import { overviewRoutes } from './sessions/list/overview-routes.js';
import { flowRoute } from './sessions/flow-routes.js';
import { heldRoutes } from './sessions/held-routes.js';
import { operatorMessageRoute } from './sessions/operator-routes.js';
import { sessionReadRoutes } from './sessions/read-routes.js';
import { startRoutes } from './sessions/start-routes.js';
import { whyRoute } from './sessions/why/routes.js';
import { sandboxRoute } from './sandbox/routes.js';
import { statisticsRoutes } from './statistics/routes.js';
import { typebotRoutes } from './typebots/routes.js';

/**
 * Everything below `/instances` and `/sessions`, in the order in which paths are tried: the literal segments `sessions`
 * and `evaluate` must come before `{typebotId}`.
 */
export function nativeRoutes(deps: NativeDeps): Route[] {
  return [
    ...instanceRoutes(deps),
    ...startRoutes(deps),
    ...bulkRoutes(deps),
    exportRoute(deps),
    ...overviewRoutes(deps),
    whyRoute(deps),
    flowRoute(deps),
    ...statisticsRoutes(deps),
    auditRoute(deps),
    ...sessionReadRoutes(deps),
    ...controlRoutes(deps),
    ...editRoutes(deps),
    ...heldRoutes(deps),
    operatorMessageRoute(deps),
    ...typebotRoutes(deps),
    ...importRoutes(deps),
    sandboxRoute(deps),
  ];
}
