// A dialog: a sheet from below on the phone, a card in the middle elsewhere. The browser's own <dialog> traps the focus,
// closes on Esc, makes the rest inert and gives the focus back.

import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** While an act is on its way, closing would leave the reader guessing whether it happened. */
  readonly busy?: boolean;
}

export function Dialog({ title, onClose, children, wide = false, busy = false }: DialogProps) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  // As a layout effect it closes before the element is taken away; afterwards the focus could not be given back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard closes it with Esc, which arrives as onCancel
    <dialog
      ref={ref}
      className={wide ? 'sheet wide' : 'sheet'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current && !busy) onClose();
      }}
    >
      <div className="sheet-in">
        <div className="grab" />
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
