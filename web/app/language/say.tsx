// A sentence with strong parts: `<b>{{name}}</b> 要登录…`. The marks are read in our own words only, before values are put
// in, so a name or a purpose that contains `<b>` is shown as typed.

import type { ParseKeys } from 'i18next';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';

interface SayProps {
  readonly id: ParseKeys;
  readonly values?: Readonly<Record<string, string | number>>;
}

export function Say({ id, values = {} }: SayProps) {
  const { i18n } = useTranslation();
  // Around the types of `t`, which insist on the values that are put in only below.
  const template = String(Reflect.apply(i18n.t, i18n, [id, { ...values, skipInterpolation: true }]));
  const parts = template.split(/<b>(.*?)<\/b>/);
  const fill = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''));
  return (
    <>
      {parts.map((part, index) => {
        const key = `${index}:${part}`;
        return index % 2 === 1 ? <b key={key}>{fill(part)}</b> : <Fragment key={key}>{fill(part)}</Fragment>;
      })}
    </>
  );
}
