import { door, openDoor } from '../state/session.ts';
import { WheelIcon } from './icons.tsx';

/** Instead of the page, as long as the server has not told it who we are. */
export function DoorScreen() {
  return (
    <main class="door">
      <WheelIcon size={56} />
      <h1>Wheelhouse</h1>
      {door.value === 'opening' && <p role="status">Opening…</p>}
      {door.value === 'locked' && (
        <p role="alert">
          This address has no valid key. Open the whole address that Wheelhouse printed when it
          started: it ends in <code>?token=…</code>
        </p>
      )}
      {door.value === 'unreachable' && (
        <>
          <p role="alert">Wheelhouse does not answer. Is it still running?</p>
          <button type="button" class="button primary" onClick={() => void openDoor()}>
            Try again
          </button>
        </>
      )}
    </main>
  );
}
