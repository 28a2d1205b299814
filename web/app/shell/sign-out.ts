// Leaving: the server forgets the browser session, the page forgets everything it was told.

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { signOut } from '../api/login.ts';

export function useSignOut(): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    void (async () => {
      // A session that is already gone is as good as one that was ended.
      await signOut().catch(() => undefined);
      sessionStorage.clear();
      await navigate({ to: '/sign-in' });
      client.clear();
    })();
  };
}
