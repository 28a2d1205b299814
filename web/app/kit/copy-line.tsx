// A line to copy.

import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

export function CopyLine({ text, label }: { readonly text: string; readonly label?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const line = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Refused, or not offered over plain http: the line is selected, ready for Ctrl+C.
      if (line.current !== null) window.getSelection()?.selectAllChildren(line.current);
      return;
    }
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="copy">
      <code ref={line} title={text}>
        {text}
      </code>
      <button type="button" className="btn ghost sm" onClick={() => void copy()} aria-label={label ?? t('act.copy')}>
        <Icon name={copied ? 'check' : 'copy'} />{' '}
        <span aria-live="polite">{t(copied ? 'act.copied' : 'act.copy')}</span>
      </button>
    </div>
  );
}
