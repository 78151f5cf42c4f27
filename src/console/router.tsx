import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readFilters } from './api/filters.js';
import { readAccess } from './api/access.js';
import { readPhone } from './api/phone.js';
import { readOverview } from './api/statistics.js';
import { Door } from './door.js';
import { Frame } from './frame.js';
import { NotFound } from './parts/states.js';

/** The routes of all pages. `code`: from a sign-in link. */
export function createConsoleRouter(client: QueryClient, code: string | undefined) {
  const root = createRootRoute({
    component: () => (
      <Door code={code}>
        <Frame>
          <Outlet />
        </Frame>
      </Door>
    ),
    notFoundComponent: NotFound,
  });
  const start = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/conversations', search: {} });
    },
  });
  const conversations = createRoute({
    getParentRoute: () => root,
    path: '/conversations',
    validateSearch: readFilters,
    component: lazyRouteComponent(() => import('./pages/conversations.js'), 'ConversationsPage'),
  });
  const conversation = createRoute({
    getParentRoute: () => root,
    path: '/conversations/$instance/$session',
    component: lazyRouteComponent(() => import('./pages/conversation.js'), 'ConversationPage'),
  });
  const stuck = createRoute({
    getParentRoute: () => root,
    path: '/stuck',
    component: lazyRouteComponent(() => import('./pages/stuck.js'), 'StuckPage'),
  });
  const instances = createRoute({
    getParentRoute: () => root,
    path: '/instances',
    component: lazyRouteComponent(() => import('./pages/instances.js'), 'InstancesPage'),
  });
  const overview = createRoute({
    getParentRoute: () => root,
    path: '/overview',
    validateSearch: readOverview,
    component: lazyRouteComponent(() => import('./pages/overview.js'), 'OverviewPage'),
  });
  const access = createRoute({
    getParentRoute: () => root,
    path: '/access',
    validateSearch: readAccess,
    component: lazyRouteComponent(() => import('./pages/access.js'), 'AccessPage'),
  });
  const phone = createRoute({
    getParentRoute: () => root,
    path: '/phone',
    validateSearch: readPhone,
    component: lazyRouteComponent(() => import('./pages/phone.js'), 'PhonePage'),
  });
  const typebots = createRoute({
    getParentRoute: () => root,
    path: '/typebots',
    validateSearch: readFilters,
    component: lazyRouteComponent(() => import('./pages/typebots.js'), 'TypebotsPage'),
  });
  return createRouter({
    routeTree: root.addChildren([
      start,
      conversations,
      conversation,
      stuck,
      typebots,
      instances,
      overview,
      access,
      phone,
    ]),
    basepath: '/console',
    context: { client },
    scrollRestoration: true,
    defaultPreload: 'intent',
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
