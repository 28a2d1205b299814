// The composition root of the page.

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { ApiError, isSignedOut } from './api/problem.ts';
import { startLanguage } from './language/language.ts';
import { makeRouter } from './shell/router.tsx';
import './style/tokens.css';
import './style/base.css';
import './style/marks.css';
import './style/tables-and-forms.css';
import './style/frame.css';
import './style/fields-and-dialogs.css';
import './style/phone.css';
import './style/pages.css';
import './style/approval.css';
import './style/change-control.css';
import './style/pages-phone.css';
import './style/terminal.css';
import './style/records.css';
import './style/supervision.css';
import './style/originals.css';

const words = await startLanguage();
const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // A refusal stays a refusal; only silence is worth asking again.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && error.status > 0 && error.status < 500),
    },
  },
});
const router = makeRouter(client);

/** The browser session ran out under an open page: sign in, and come back to where one was. */
function leaveWhenSignedOut(error: Error): void {
  const { pathname, href } = router.state.location;
  if (!isSignedOut(error) || pathname === '/sign-in' || pathname === '/join') return;
  client.removeQueries({ queryKey: ['me'] });
  void router.navigate({ to: '/sign-in', search: { next: href }, replace: true });
}

const place = document.getElementById('root');
if (place === null) throw new Error('expected an element with the id root');
createRoot(place).render(
  <StrictMode>
    <I18nextProvider i18n={words}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nextProvider>
  </StrictMode>,
);
