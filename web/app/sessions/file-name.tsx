// The name of a file on a target, attacker-controlled: text only, nothing in it is obeyed.

import { useTranslation } from 'react-i18next';
import type { FileName as Name } from '../../contract/session-files.ts';
import { Stretches } from './shown-text.tsx';

export function FileName({ name }: { readonly name: Name }) {
  const { t } = useTranslation();
  return (
    <bdi className="mono file-name" dir="ltr">
      <Stretches text={name.text} />
      {name.encoding !== 'utf-8' && <span className="chip tiny">{t(`fileLog.encoding.${name.encoding}`)}</span>}
    </bdi>
  );
}
