// What was changed between two editions of a ticket, field by field.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { editionsQuery } from '../api/tickets.ts';
import { Moment } from '../clock/moment.tsx';
import { byteCount } from '../kit/byte-count.ts';
import { ProblemNote } from '../kit/problem-note.tsx';
import { ShortHash } from '../kit/short-hash.tsx';
import { Stretches } from '../sessions/shown-text.tsx';
import { changesBetween, filesOf } from './edition-changes.ts';

export function Editions({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const query = useQuery(editionsQuery(ticket.id));
  const editions = query.data ?? [];
  return (
    <section className="card">
      <h2 className="hd">{t('editions.title')}</h2>
      <ProblemNote error={query.error} />
      <ol className="bd stack g3">
        {editions.map(({ edition, submittedAt, content }, nth) => (
          <li key={edition} className="stack g1">
            <p className="row wrap">
              <b>{t('editions.nth', { nth: edition })}</b>
              <span className="t3 xs">
                <Moment at={submittedAt} form="date" />
              </span>
            </p>
            {nth > 0 &&
              changesBetween(editions[nth - 1]?.content ?? '{}', content).map(({ field, before, after }) => (
                <p key={field} className="diff sm">
                  <span className="t3 mono">{field}</span>
                  <del className="break">{before}</del>
                  <ins className="break">{after}</ins>
                </p>
              ))}
            <EditionFiles before={nth === 0 ? '{}' : (editions[nth - 1]?.content ?? '{}')} now={content} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What came with this edition, and what was taken away since the one before. */
function EditionFiles({ before, now }: { readonly before: string; readonly now: string }) {
  const { t } = useTranslation();
  const [old, files] = [filesOf(before), filesOf(now)];
  const has = (all: typeof old, sha256: string) => all.some((each) => each.sha256 === sha256);
  const gone = old.filter(({ sha256 }) => !has(files, sha256));
  const added = files.filter(({ sha256 }) => !has(old, sha256));
  return [...gone, ...added].map((file) => {
    const text = (
      <bdi className="file-name">
        <Stretches text={file.name} />
      </bdi>
    );
    return (
      <p key={file.sha256} className="diff sm">
        <span className="t3">{t('attachments.title')}</span>
        <span className="row wrap">
          {gone.includes(file) ? <del className="break">{text}</del> : <ins className="break">{text}</ins>}
          <span className="xs t3">{byteCount(file.bytes)}</span>
          <ShortHash hash={file.sha256} />
        </span>
      </p>
    );
  });
}
