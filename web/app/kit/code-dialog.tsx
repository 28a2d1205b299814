// A dialog that takes the second factor, a code or a passkey, instead of asking "are you sure". Where the act needs a
// reason it comes first and stays when the code was wrong. Without a reason the sixth digit submits.

import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SecondFactor } from '../../contract/words.ts';
import { passkeyForAct } from '../api/passkeys.ts';
import { CodeField } from './code-field.tsx';
import { Dialog } from './dialog.tsx';
import { describedBy, Field } from './field.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { ProblemNote } from './problem-note.tsx';

interface CodeDialogProps<T> {
  readonly title: string;
  readonly act: string;
  readonly danger?: boolean;
  readonly asks?: 'code' | 'reason' | 'reason-and-code';
  /** No passkey will do. */
  readonly codeOnly?: boolean;
  readonly reasonLabel?: string;
  readonly children?: ReactNode;
  readonly onAct: (given: { readonly code: SecondFactor; readonly reason: string }) => Promise<T>;
  /** After the act; closing, unless something else comes next. */
  readonly onDone?: (answer: T) => void;
  readonly onClose: () => void;
}

/** Stands for the digits until the authenticator is asked. */
const PASSKEY = 'passkey';

export function CodeDialog<T>(props: CodeDialogProps<T>) {
  const { title, asks = 'code', codeOnly = false, onAct, onDone, onClose } = props;
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const sending = useMutation({
    mutationFn: async (given: { readonly code: string; readonly reason: string }) =>
      onAct({ ...given, code: given.code === PASSKEY ? await passkeyForAct() : given.code }),
    onSuccess: onDone ?? onClose,
    onError: () => {
      setCode('');
      field.current?.focus();
    },
  });
  useEffect(() => {
    if (asks === 'code') field.current?.focus();
  }, [asks]);
  const submit = (digits: string) => {
    if (asks !== 'code' && reason.trim() === '') return setMissing(true);
    if (asks !== 'reason' && digits !== PASSKEY && digits.length < 6) return field.current?.focus();
    if (!sending.isPending) sending.mutate({ code: digits, reason: reason.trim() });
  };
  return (
    <Dialog title={title} onClose={onClose} busy={sending.isPending}>
      <form
        className="stack g4"
        onSubmit={(event) => {
          event.preventDefault();
          submit(code);
        }}
      >
        {props.children}
        {asks !== 'code' && (
          <ReasonField
            label={props.reasonLabel}
            value={reason}
            missing={missing && reason.trim() === ''}
            onChange={setReason}
          />
        )}
        {asks !== 'reason' && (
          <CodeField
            ref={field}
            value={code}
            onChange={setCode}
            {...(asks === 'code' ? { onFull: submit, hint: t('code.hint') } : {})}
            busy={sending.isPending}
            invalid={sending.isError && sending.variables.code !== PASSKEY}
          />
        )}
        {asks !== 'reason' && !codeOnly && <PasskeyButton onPress={() => submit(PASSKEY)} busy={sending.isPending} />}
        <ProblemNote error={sending.error} />
        <DialogActs act={props.act} danger={props.danger ?? false} onClose={onClose} pending={sending.isPending} />
      </form>
    </Dialog>
  );
}

interface DialogActsProps {
  readonly act: string;
  readonly danger: boolean;
  readonly pending: boolean;
  readonly onClose: () => void;
}

function DialogActs(props: DialogActsProps) {
  const { t } = useTranslation();
  return (
    <div className="sheet-acts">
      <button type="button" className="btn ghost" onClick={props.onClose} disabled={props.pending}>
        {t('act.thinkAgain')}
      </button>
      <button type="submit" className={props.danger ? 'btn danger' : 'btn primary'} disabled={props.pending}>
        {props.act}
      </button>
    </div>
  );
}

interface ReasonFieldProps {
  readonly label?: string | undefined;
  readonly value: string;
  readonly missing: boolean;
  readonly onChange: (text: string) => void;
}

function ReasonField({ label, value, missing, onChange }: ReasonFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const error = missing ? t('reason.missing') : undefined;
  return (
    <Field id={id} label={label ?? t('reason.label')} hint={t('reason.hint')} error={error}>
      <textarea
        id={id}
        className="input area"
        rows={3}
        maxLength={1000}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...describedBy(id, error)}
      />
    </Field>
  );
}
