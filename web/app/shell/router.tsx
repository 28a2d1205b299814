// Every address of the page. `inside` is what needs a sign-in; without one the way leads to the sign-in page and back.

import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import Value from 'typebox/value';
import { TicketState } from '../../contract/words.ts';
import { meQuery, statusQuery } from '../api/login.ts';
import { isSignedOut } from '../api/problem.ts';
import { Arrangements } from '../arrangements/arrangements.tsx';
import { Custody } from '../custody/custody.tsx';
import { Home } from '../home/home.tsx';
import { Keys } from '../keys/keys.tsx';
import { Loading } from '../kit/loading.tsx';
import { Locks } from '../locks/locks.tsx';
import { Join } from '../login/join.tsx';
import { SignIn } from '../login/sign-in.tsx';
import { type Restoring, restoringOf } from '../originals/restoring.ts';
import { People } from '../people/people.tsx';
import { Requests } from '../records/requests.tsx';
import { Search } from '../search/search.tsx';
import { SessionList } from '../sessions/session-list.tsx';
import { SessionPage } from '../sessions/session-page.tsx';
import { Supervision } from '../supervision/supervision.tsx';
import { Targets } from '../targets/targets.tsx';
import { NewTicket } from '../tickets/new-ticket.tsx';
import { TicketList } from '../tickets/ticket-list.tsx';
import { TicketPage } from '../tickets/ticket-page.tsx';
import { Failed, NotFound } from './failed.tsx';
import { Shell } from './shell.tsx';

type Asked = Readonly<Record<string, unknown>>;

const root = createRootRouteWithContext<{ readonly client: QueryClient }>()({ notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignIn,
  validateSearch: ({ next, joined }: Asked): { next?: string; joined?: true } => ({
    ...(typeof next === 'string' ? { next } : {}),
    ...(joined === true ? { joined } : {}),
  }),
});

const join = createRoute({ getParentRoute: () => root, path: '/join', component: Join });

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  errorComponent: Failed,
  beforeLoad: async ({ context, location }) => {
    await Promise.all([
      context.client.ensureQueryData(statusQuery),
      context.client.ensureQueryData(meQuery).catch((error: unknown) => {
        if (!isSignedOut(error)) throw error;
        const next = location.href === '/' ? {} : { next: location.href };
        throw redirect({ to: '/sign-in', search: next, replace: true });
      }),
    ]);
  },
});

const home = createRoute({ getParentRoute: () => inside, path: '/', component: Home });

const tickets = createRoute({
  getParentRoute: () => inside,
  path: '/tickets',
  component: TicketList,
  validateSearch: ({ state }: Asked): { state?: TicketState } => (Value.Check(TicketState, state) ? { state } : {}),
});

const newTicket = createRoute({
  getParentRoute: () => inside,
  path: '/tickets/new',
  component: NewTicket,
  validateSearch: ({ from, revise, ...asked }: Asked): { from?: string; revise?: string } & Partial<Restoring> => ({
    ...restoringOf(asked),
    ...(typeof from === 'string' ? { from } : {}),
    ...(typeof revise === 'string' ? { revise } : {}),
  }),
});

const ticket = createRoute({
  getParentRoute: () => inside,
  path: '/tickets/$id',
  component: TicketPage,
  validateSearch: ({ unsent }: Asked): { unsent?: true } => (unsent === true ? { unsent } : {}),
});

// The emulator weighs more than everything else together.
const terminal = createRoute({
  getParentRoute: () => inside,
  path: '/tickets/$id/terminal/$targetAccountId',
  component: lazyRouteComponent(() => import('../terminal/terminal-page.tsx'), 'TerminalPage'),
});

const sessions = createRoute({
  getParentRoute: () => inside,
  path: '/sessions',
  component: SessionList,
  validateSearch: ({ live, account, ticket }: Asked): { live?: true; account?: string; ticket?: string } => ({
    ...(live === true ? { live } : {}),
    ...(typeof account === 'string' ? { account } : {}),
    ...(typeof ticket === 'string' ? { ticket } : {}),
  }),
});

const session = createRoute({
  getParentRoute: () => inside,
  path: '/sessions/$id',
  component: SessionPage,
  // The moment the player begins at, in milliseconds.
  validateSearch: ({ at }: Asked): { at?: number } => (typeof at === 'number' && at >= 0 ? { at } : {}),
});

const watch = createRoute({
  getParentRoute: () => inside,
  path: '/sessions/$id/watch',
  component: lazyRouteComponent(() => import('../supervision/watch-page.tsx'), 'WatchPage'),
});

const supervision = createRoute({ getParentRoute: () => inside, path: '/supervision', component: Supervision });

const search = createRoute({
  getParentRoute: () => inside,
  path: '/search',
  component: Search,
  validateSearch: ({ q }: Asked): { q?: string } =>
    typeof q === 'string' || typeof q === 'number' ? { q: String(q) } : {},
});

const requests = createRoute({
  getParentRoute: () => inside,
  path: '/requests',
  component: Requests,
  validateSearch: ({ open }: Asked): { open?: true } => (open === true ? { open } : {}),
});
const custody = createRoute({ getParentRoute: () => inside, path: '/custody', component: Custody });
const arrangements = createRoute({ getParentRoute: () => inside, path: '/arrangements', component: Arrangements });
const locks = createRoute({ getParentRoute: () => inside, path: '/locks', component: Locks });
const people = createRoute({ getParentRoute: () => inside, path: '/people', component: People });
const targets = createRoute({ getParentRoute: () => inside, path: '/targets', component: Targets });
const keys = createRoute({ getParentRoute: () => inside, path: '/keys', component: Keys });

const places = [
  home,
  tickets,
  newTicket,
  ticket,
  terminal,
  sessions,
  session,
  watch,
  supervision,
  search,
  requests,
  custody,
  arrangements,
  locks,
  people,
  targets,
  keys,
] as const;

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, join, inside.addChildren(places)]),
    context: { client },
    defaultPendingComponent: Loading,
    defaultErrorComponent: Failed,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
