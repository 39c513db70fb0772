import { connection, outdated } from '../state/live.ts';

/** Shown if the connection is lost, or the page outdated. */
export function Connection() {
  const away = connection.value === 'away';
  return (
    <div role="status">
      <p class="banner" data-testid="connection" data-state={connection.value} hidden={!away}>
        {away && 'Reconnecting…'}
      </p>
      {outdated.value && !away && (
        <p class="banner">
          Wheelhouse has been updated.
          <button type="button" class="link" onClick={() => location.reload()}>
            Reload the page
          </button>
        </p>
      )}
    </div>
  );
}
