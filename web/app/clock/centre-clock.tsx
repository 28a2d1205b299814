// The clock everything on the page goes by: the server's time, in the centre's zone. A laptop with a wrong clock must
// not show a wrong countdown.

import { useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { statusQuery } from '../api/login.ts';

export interface CentreClock {
  readonly zone: string;
  now(): number;
}

export function useCentreClock(): CentreClock {
  const { data } = useSuspenseQuery(statusQuery);
  return { zone: data.timeZone, now: () => Date.now() + data.aheadMs };
}

/** Now, again every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const clock = useCentreClock();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => tick((n) => n + 1), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return clock.now();
}
