// Text that somebody else made up, shown and never obeyed.

import { stretches } from './visible-text.ts';

export function ShownText({ text }: { readonly text: string }) {
  return (
    <bdi className="mono file-name" dir="ltr">
      <Stretches text={text} />
    </bdi>
  );
}

export function Stretches({ text }: { readonly text: string }) {
  return stretches(text).map(({ text: part, odd }, nth) => (
    <span key={nth.toString()} className={odd ? 'odd' : undefined}>
      {part}
    </span>
  ));
}
