import { compose } from '../state/draft.ts';
import { channelId, session } from '../state/session.ts';
import { WheelIcon } from './icons.tsx';

/** A short list; `/help` shows all. */
const MOST = 6;

/** Shown in an empty channel. */
export function Welcome() {
  const { commands } = session.value;
  return (
    <section class="welcome" aria-labelledby="welcome-title">
      <span class="welcome-wheel">
        <WheelIcon size={34} />
      </span>
      <h2 id="welcome-title">This is the very beginning of #{channelId.value}</h2>
      <p>
        Run your models from here, in front of everybody. Type <kbd>/</kbd> to see every command, or
        begin with one of these:
      </p>
      <ul class="suggestions">
        {commands.slice(0, MOST).map(({ name, summary, usage }) => (
          <li key={name}>
            <button
              type="button"
              class="suggestion"
              title={usage}
              onClick={() => compose(`/${name} `)}
            >
              <code>/{name}</code>
              <span>{summary}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
