/** The addresses of the pages. Tabs, filters and selections live in the query part. */

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { me } from '../api/queries';
import { Bones } from '../parts/page';
import { ProblemNote } from '../parts/problem';
import { NotFound } from './not-found';
import { Shell } from './shell';

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()();

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search): { next?: string } => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import('../pages/sign-in'), 'SignIn'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const user = await context.client.ensureQueryData(me);
    if (!user) throw redirect({ to: '/login', search: { next: location.href } });
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/jobs' });
  },
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: (search): { search?: string; state?: string; sort?: string } => ({
    search: text(search.search),
    state: text(search.state),
    sort: text(search.sort),
  }),
  component: lazyRouteComponent(() => import('../pages/jobs'), 'JobsPage'),
});

const newJob = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/new',
  component: lazyRouteComponent(() => import('../pages/job/new-job'), 'NewJobPage'),
});

export interface JobSearch {
  tab?: string;
  event?: number;
  whole?: boolean;
  from?: string;
  to?: string;
  level?: string;
  search?: string;
  minutes?: number;
}

const job = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/$name',
  validateSearch: (search): JobSearch => ({
    tab: text(search.tab),
    event: number(search.event),
    whole: search.whole === true || undefined,
    from: text(search.from),
    to: text(search.to),
    level: text(search.level),
    search: text(search.search),
    minutes: number(search.minutes),
  }),
  component: lazyRouteComponent(() => import('../pages/job/job-page'), 'JobPage'),
});

const workers = createRoute({
  getParentRoute: () => shell,
  path: '/workers',
  component: lazyRouteComponent(() => import('../pages/workers/workers'), 'WorkersPage'),
});

const worker = createRoute({
  getParentRoute: () => shell,
  path: '/workers/$id',
  component: lazyRouteComponent(() => import('../pages/workers/worker'), 'WorkerPage'),
});

const logs = createRoute({
  getParentRoute: () => shell,
  path: '/logs',
  validateSearch: (search): { job?: string; worker?: string; level?: string; search?: string } => ({
    job: text(search.job),
    worker: text(search.worker),
    level: text(search.level),
    search: text(search.search),
  }),
  component: lazyRouteComponent(() => import('../pages/logs'), 'LogsPage'),
});

const contexts = createRoute({
  getParentRoute: () => shell,
  path: '/settings/contexts',
  validateSearch: (search): { scope?: string } => ({ scope: text(search.scope) }),
  component: lazyRouteComponent(() => import('../pages/contexts'), 'ContextsPage'),
});

const reference = createRoute({
  getParentRoute: () => shell,
  path: '/reference',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('../pages/reference'), 'ReferencePage'),
});

const tree = root.addChildren([
  login,
  shell.addChildren([home, jobs, newJob, job, workers, worker, logs, contexts, reference]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPendingComponent: () => (
      <div className="page">
        <Bones />
      </div>
    ),
    defaultErrorComponent: ({ error, reset }) => (
      <div className="page">
        <ProblemNote error={error} retry={reset} />
      </div>
    ),
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
