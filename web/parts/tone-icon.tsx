import type { Tone } from '../../src/core/card.ts';

const WORDS: Record<Tone, string> = {
  note: 'Note',
  progress: 'In progress',
  success: 'Success',
  warning: 'Warning',
  danger: 'Problem',
};

/** A different shape for every tone, so that colour is not needed to distinguish them. */
export function ToneIcon({ tone }: { tone: Tone }) {
  return (
    <svg
      class="tone-icon"
      viewBox="0 0 20 20"
      width="20"
      height="20"
      role="img"
      aria-label={WORDS[tone]}
    >
      <title>{WORDS[tone]}</title>
      <Shape tone={tone} />
    </svg>
  );
}

function Shape({ tone }: { tone: Tone }) {
  switch (tone) {
    case 'note':
      return (
        <>
          <rect class="tone-fill" x="2" y="2.5" width="16" height="15" rx="4" />
          <path class="tone-line" d="M6 7.5h8M6 12h5" />
        </>
      );
    case 'progress':
      return (
        <>
          <circle class="tone-track" cx="10" cy="10" r="7.3" />
          <path class="tone-turn" d="M10 2.7a7.3 7.3 0 0 1 7.3 7.3" />
        </>
      );
    case 'success':
      return (
        <>
          <circle class="tone-fill" cx="10" cy="10" r="8.5" />
          <path class="tone-line" d="m6 10.3 2.8 2.8L14.2 7.5" />
        </>
      );
    case 'warning':
      return (
        <>
          <path
            class="tone-fill"
            d="M8.5 2.7a1.75 1.75 0 0 1 3 0l6.8 12.1a1.7 1.7 0 0 1-1.5 2.6H3.2a1.7 1.7 0 0 1-1.5-2.6z"
          />
          <path class="tone-line" d="M10 7v4.2M10 14.2v.1" />
        </>
      );
    case 'danger':
      return (
        <>
          <path class="tone-fill" d="M6.4 1.5h7.2l4.9 4.9v7.2l-4.9 4.9H6.4l-4.9-4.9V6.4z" />
          <path class="tone-line" d="m7 7 6 6M13 7l-6 6" />
        </>
      );
  }
}
