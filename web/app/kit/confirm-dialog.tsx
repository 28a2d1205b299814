// For acts that cannot be undone but need no second factor: says what will happen, then does it.

import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem-note.tsx';

interface ConfirmDialogProps<T> {
  readonly title: string;
  readonly act: string;
  readonly children: ReactNode;
  readonly danger?: boolean;
  readonly onAct: () => Promise<T>;
  /** After the act; closing, unless something else comes next. */
  readonly onDone?: (answer: T) => void;
  readonly onClose: () => void;
}

export function ConfirmDialog<T>(props: ConfirmDialogProps<T>) {
  const { title, act, children, danger = true, onAct, onDone, onClose } = props;
  const { t } = useTranslation();
  const sending = useMutation({ mutationFn: onAct, onSuccess: onDone ?? onClose });
  return (
    <Dialog title={title} onClose={onClose} busy={sending.isPending}>
      <div className="stack g4">
        {children}
        <ProblemNote error={sending.error} />
        <div className="sheet-acts">
          <button type="button" className="btn ghost" onClick={onClose} disabled={sending.isPending}>
            {t('act.thinkAgain')}
          </button>
          <button
            type="button"
            className={danger ? 'btn danger' : 'btn primary'}
            onClick={() => sending.mutate()}
            disabled={sending.isPending}
          >
            {act}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
