// A part of a home page, with the way to all of it.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon } from '../kit/icon.tsx';

interface MoreProps {
  readonly title: string;
  readonly to?: '/tickets' | '/sessions' | '/supervision' | '/people';
  readonly more?: string;
  readonly children: ReactNode;
}

export function More({ title, to, more, children }: MoreProps) {
  return (
    <section className="stack">
      <div className="row between">
        <h2 className="cap">{title}</h2>
        {to !== undefined && (
          <Link to={to} className="sm row g1">
            {more}
            <Icon name="chevron-right" />
          </Link>
        )}
      </div>
      {children}
    </section>
  );
}
