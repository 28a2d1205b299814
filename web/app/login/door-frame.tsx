// The frame of the two pages before one is inside: sign in and join.

import type { ReactNode } from 'react';
import { Brand } from '../shell/brand.tsx';
import { Preferences } from '../shell/preferences.tsx';

export function DoorFrame({ children }: { readonly children: ReactNode }) {
  return (
    <div className="door">
      <header className="row">
        <Brand />
        <span className="end" />
        <Preferences />
      </header>
      <main className="card door-card stack g4">{children}</main>
    </div>
  );
}
