// A hash as people compare it, its beginning and its end; the whole of it to copy.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

export function ShortHash({ hash }: { readonly hash: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const [whole, setWhole] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(hash);
    } catch {
      // Refused, or not offered over plain http: all of it is shown, to be selected.
      setWhole(true);
      return;
    }
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2000);
  };
  if (whole) return <span className="fp break">{hash}</span>;
  return (
    <button type="button" className="short-hash" title={hash} aria-label={`${t('hash.copy')} ${hash}`} onClick={copy}>
      <span className="fp">
        {hash.slice(0, 8)}…{hash.slice(-4)}
      </span>
      <Icon name={copied ? 'check' : 'copy'} />
      {copied && (
        <span className="sr" role="status">
          {t('act.copied')}
        </span>
      )}
    </button>
  );
}
