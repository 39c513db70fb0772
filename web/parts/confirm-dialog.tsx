import { useEffect, useRef } from 'preact/hooks';
import { question } from '../state/dialogs.ts';

/** The browser's modal dialog: it keeps the focus, returns it afterwards, and Escape cancels. */
export function ConfirmDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = question.value;
  useEffect(() => {
    if (asked !== null) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asked]);

  const close = () => {
    question.value = null;
  };
  return (
    <dialog
      class="dialog"
      ref={dialog}
      onClose={close}
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
    >
      <h2 id="confirm-title">{asked?.title}</h2>
      <p id="confirm-text">{asked?.text}</p>
      <p class="dialog-buttons">
        <button type="button" class="button" data-testid="confirm-cancel" onClick={close}>
          Cancel
        </button>
        <button
          type="button"
          class={`button ${asked?.danger ? 'danger' : 'primary'}`}
          data-testid="confirm-ok"
          onClick={() => {
            asked?.yes();
            close();
          }}
        >
          {asked?.title}
        </button>
      </p>
    </dialog>
  );
}
