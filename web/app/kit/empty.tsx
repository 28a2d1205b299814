// An empty place says what to do next.

import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly hint?: string;
  readonly children?: ReactNode;
}

export function Empty({ icon, title, hint, children }: EmptyProps) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <p className="lg">{title}</p>
      {hint !== undefined && <p className="t2">{hint}</p>}
      {children}
    </div>
  );
}
