// What one manifest lists: each path as it was, with the hash of its copy.

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OriginalItem, OriginalManifest, OriginalsPage } from '../../contract/originals.ts';
import type { Ticket } from '../../contract/tickets.ts';
import { originalsPage } from '../api/originals.ts';
import { Moment } from '../clock/moment.tsx';
import { byteCount } from '../kit/byte-count.ts';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { ShortHash } from '../kit/short-hash.tsx';
import { FileName } from '../sessions/file-name.tsx';
import { useMe } from '../shell/me.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { useWhy } from './why-said.ts';

interface ItemsProps {
  readonly ticket: Ticket;
  readonly manifest: OriginalManifest;
}

export function ManifestItems({ ticket, manifest }: ItemsProps) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['originals', 'items', manifest.id],
    queryFn: ({ pageParam }) => originalsPage(ticket.id, manifest.id, pageParam),
    initialPageParam: 0,
    getNextPageParam: ({ next }: OriginalsPage) => next,
    // What was found once stays what it was.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [restoring, setRestoring] = useState<OriginalItem>();
  if (query.data === undefined) return query.isError ? <ProblemNote error={query.error} /> : <Loading />;
  const items = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      {items.length === 0 && <p className="hint">{t('originals.noItems')}</p>}
      <ul className="original-items">
        {items.map((item, nth) => (
          <Item
            key={`${nth.toString()} ${item.path.text}`}
            item={item}
            onRestore={manifest.purpose === 'closing' ? undefined : setRestoring}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" className="btn sm" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
          {t('originals.more')}
        </button>
      )}
      {restoring !== undefined && (
        <RestoreDialog ticket={ticket} manifest={manifest} item={restoring} onClose={() => setRestoring(undefined)} />
      )}
    </>
  );
}

interface ItemProps {
  readonly item: OriginalItem;
  readonly onRestore: ((item: OriginalItem) => void) | undefined;
}

function Item({ item, onRestore }: ItemProps) {
  const { t } = useTranslation();
  const { role } = useMe();
  const said = useWhy();
  const { path, type, size, modified, sha256, link, why } = item;
  const may = role === 'section' || role === 'head';
  return (
    <li>
      <Icon
        name={type === 'unread' ? 'alert-triangle' : 'file-text'}
        className={type === 'unread' ? 'c-warning' : 't3'}
      />
      <div className="grow">
        <p>
          <FileName name={path} />
        </p>
        <p className="xs t3 row wrap hash-row">
          <span>
            {t(`originals.type.${type}`)}
            {size !== null && type === 'file' && ` · ${byteCount(size)}`}
            {modified !== null && (
              <>
                {' · '}
                {t('originals.modified')} <Moment at={modified * 1000} form="date" />
              </>
            )}
          </span>
          {sha256 !== null && <ShortHash hash={sha256} />}
          {link !== null && (
            <span>
              {t('originals.link')} <FileName name={link} />
            </span>
          )}
        </p>
        {why !== null && <p className="xs c-warning">{said(why)}</p>}
      </div>
      {may && sha256 !== null && onRestore !== undefined && (
        <button type="button" className="btn quiet sm" onClick={() => onRestore(item)}>
          {t('originals.restore')}
        </button>
      )}
    </li>
  );
}
