// The button that asks for files, and what is wrong with those that cannot be taken.

import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icon.tsx';
import { ACCEPTED, MOST_ATTACHMENTS, useChoice } from './chosen-files.ts';

interface AddFilesProps {
  readonly present: number;
  readonly busy: boolean;
  readonly onAdd: (files: readonly File[]) => void;
}

export function AddFiles({ present, busy, onAdd }: AddFilesProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const choose = useChoice();
  const [problems, setProblems] = useState<readonly string[]>([]);
  return (
    <div className="stack">
      <div>
        <button
          type="button"
          className="btn sm"
          disabled={busy || present >= MOST_ATTACHMENTS}
          onClick={() => input.current?.click()}
        >
          <Icon name="upload" />
          {t('attachments.add')}
        </button>
        <input
          ref={input}
          type="file"
          className="sr"
          multiple
          accept={ACCEPTED}
          tabIndex={-1}
          aria-label={t('attachments.add')}
          onChange={(event) => {
            const choice = choose([...(event.target.files ?? [])], present);
            setProblems(choice.problems);
            if (choice.fit.length > 0) onAdd(choice.fit);
            // The same file may be chosen again.
            event.target.value = '';
          }}
        />
      </div>
      {problems.map((problem) => (
        <p key={problem} className="err" role="alert">
          <Icon name="alert-triangle" /> {problem}
        </p>
      ))}
    </div>
  );
}
