// Looks at the evidence log when a page is opened and every few minutes while it stays open.

import { useEffect, useState } from 'react';
import { type Alarm, readAlarm } from './kept.ts';
import { look } from './look.ts';

const AGAIN_MS = 5 * 60_000;

/** The alarm, once there was one; it stays. */
export function useWitness(demo: boolean): Alarm | undefined {
  const [alarm, setAlarm] = useState(readAlarm);
  useEffect(() => {
    const once = () => {
      look({ demo, now: () => Date.now() })
        // The first one counts, whichever tab saw it.
        .then(() => setAlarm(readAlarm()))
        // Nobody answered: it is asked again.
        .catch(() => undefined);
    };
    once();
    const timer = window.setInterval(once, AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [demo]);
  return alarm;
}
