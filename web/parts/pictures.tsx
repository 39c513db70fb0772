import type { Picture } from '../../src/core/card.ts';
import { api } from '../state/api.ts';
import { enlarged } from '../state/dialogs.ts';

export function Pictures({ pictures }: { pictures: readonly Picture[] }) {
  return (
    <div class="pictures">
      {pictures.map((picture) => (
        <button
          key={picture.sha256}
          type="button"
          class="picture"
          data-testid="picture"
          aria-label={`Enlarge: ${picture.alt}`}
          onClick={() => {
            enlarged.value = picture;
          }}
        >
          {/* Width and height keep the place free, so that nothing jumps when it arrives. */}
          <img
            src={api.picture(picture.sha256)}
            alt={picture.alt}
            width={picture.width}
            height={picture.height}
            loading="lazy"
            decoding="async"
          />
        </button>
      ))}
    </div>
  );
}
