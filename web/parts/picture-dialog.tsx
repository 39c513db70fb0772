import { useEffect, useRef } from 'preact/hooks';
import { api } from '../state/api.ts';
import { enlarged } from '../state/dialogs.ts';
import { CloseIcon } from './icons.tsx';

export function PictureDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const picture = enlarged.value;
  useEffect(() => {
    if (picture !== null) dialog.current?.showModal();
    else dialog.current?.close();
  }, [picture]);

  const close = () => {
    enlarged.value = null;
  };
  return (
    <dialog
      class="dialog picture-dialog"
      data-testid="picture-dialog"
      ref={dialog}
      onClose={close}
      aria-label="Picture"
    >
      {picture !== null && (
        <figure>
          <img
            src={api.picture(picture.sha256)}
            alt={picture.alt}
            width={picture.width}
            height={picture.height}
          />
          <figcaption>{picture.alt}</figcaption>
        </figure>
      )}
      <button
        type="button"
        class="tool"
        aria-label="Close the picture"
        title="Close (Esc)"
        onClick={close}
      >
        <CloseIcon />
      </button>
    </dialog>
  );
}
