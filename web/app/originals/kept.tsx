// The originals that are kept: when, of what, whether all of it, and each file on demand.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OriginalManifest } from '../../contract/originals.ts';
import type { Ticket } from '../../contract/tickets.ts';
import { Moment } from '../clock/moment.tsx';
import { Icon } from '../kit/icon.tsx';
import { ShortHash } from '../kit/short-hash.tsx';
import { ShownText } from '../sessions/shown-text.tsx';
import { ManifestItems } from './manifest-items.tsx';
import { useWhy } from './why-said.ts';

interface KeptProps {
  readonly ticket: Ticket;
  readonly manifests: readonly OriginalManifest[];
}

export function Kept({ ticket, manifests }: KeptProps) {
  const { t } = useTranslation();
  const touched = manifests.filter(({ purpose }) => purpose === 'touched');
  const rest = manifests.filter(({ purpose }) => purpose !== 'touched');
  return (
    <div className="card">
      <h3 className="hd">{t('originals.kept')}</h3>
      {manifests.length === 0 ? (
        <p className="bd t2">{t('originals.noneYet')}</p>
      ) : (
        <ul className="manifests">
          {rest.map((manifest) => (
            <Manifest key={manifest.id} ticket={ticket} manifest={manifest} />
          ))}
        </ul>
      )}
      {touched.length > 0 && (
        <details className="touched">
          <summary>
            {t('originals.touchedCount', { count: touched.length })}
            <Icon name="chevron-right" className="t3 end" />
          </summary>
          <ul className="manifests">
            {touched.map((manifest) => (
              <Manifest key={manifest.id} ticket={ticket} manifest={manifest} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Manifest({ ticket, manifest }: { readonly ticket: Ticket; readonly manifest: OriginalManifest }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { purpose, target, login, at, declared, sha256 } = manifest;
  return (
    <li>
      <div className="row between wrap">
        <p>
          <b>{t(`originals.${purpose}`)}</b> <span className="t3">·</span> {target} <span className="t3">·</span>{' '}
          <span className="mono">{login}</span>
        </p>
        <Whole manifest={manifest} />
      </div>
      <p className="xs t3 row wrap hash-row">
        <Moment at={at} form="date" />
        {sha256 !== null && (
          <span>
            {t('originals.manifestHash')} <ShortHash hash={sha256} />
          </span>
        )}
      </p>
      {declared.length > 0 && (
        <ul className="paths">
          {declared.map((path) => (
            <li key={path}>
              <ShownText text={path} />
            </li>
          ))}
        </ul>
      )}
      <button type="button" className="btn quiet sm" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="list-details" />
        {t(open ? 'originals.hide' : 'originals.show')}
      </button>
      {open && <ManifestItems ticket={ticket} manifest={manifest} />}
    </li>
  );
}

function Whole({ manifest: { complete, why } }: { readonly manifest: OriginalManifest }) {
  const { t } = useTranslation();
  const said = useWhy();
  if (complete) {
    return (
      <span className="st s-closed">
        <Icon name="check" />
        {t('originals.complete')}
      </span>
    );
  }
  return (
    <span className="st s-warning wraps">
      <Icon name="alert-triangle" />
      {t('originals.incomplete', { why: said(why ?? 'not-readable') })}
    </span>
  );
}
