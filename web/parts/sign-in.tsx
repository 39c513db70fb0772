import { access, signIn } from '../state/session.ts';
import { WheelIcon } from './icons.tsx';

/** Shown instead of the page until there is a session. */
export function SignIn() {
  return (
    <main class="sign-in">
      <WheelIcon size={56} />
      <h1>Wheelhouse</h1>
      {access.value === 'opening' && <p role="status">Opening…</p>}
      {access.value === 'locked' && (
        <p role="alert">
          This address has no valid key. Open the whole address that Wheelhouse printed when it
          started: it ends in <code>?token=…</code>
        </p>
      )}
      {access.value === 'unreachable' && (
        <>
          <p role="alert">Wheelhouse does not answer. Is it still running?</p>
          <button type="button" class="button primary" onClick={() => void signIn()}>
            Try again
          </button>
        </>
      )}
    </main>
  );
}
