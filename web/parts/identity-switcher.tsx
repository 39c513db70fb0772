import { callComposer } from '../state/draft.ts';
import { myId, session, speakAs } from '../state/session.ts';
import { Avatar } from './avatar.tsx';

/** Switches the identity with one click, e.g. to see an approval from both sides. */
export function IdentitySwitcher() {
  return (
    <section class="identities" aria-labelledby="identities-title">
      <h2 id="identities-title" class="sidebar-title">
        Speaking as
      </h2>
      <ul>
        {session.value.identities.map(({ id, name, role }) => (
          <li key={id}>
            <button
              type="button"
              class="identity"
              title={`Speak as ${name}, ${role}`}
              data-testid={`identity-${id}`}
              aria-pressed={id === myId.value}
              onClick={(event) => {
                speakAs(id);
                // After a mouse click the composer gets the focus; after a key press the focus stays.
                if (event.detail > 0) callComposer();
              }}
            >
              <Avatar id={id} name={name} />
              <span class="identity-words">
                <span class="identity-name">{name}</span>
                <span class="identity-role">{role}</span>
              </span>
              <span class="identity-mark" aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
