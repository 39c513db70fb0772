interface Props {
  /** From 0 to 1. */
  share: number;
  words: string;
}

export function Progress({ share, words }: Props) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div class="progress">
      <div
        class="progress-track"
        role="progressbar"
        data-testid="progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
        aria-label="Progress"
      >
        <div class="progress-fill" data-done={percent === 100} style={{ width: `${percent}%` }} />
      </div>
      <p class="progress-words">
        <span>{words}</span>
        <span class="progress-percent">{percent}%</span>
      </p>
    </div>
  );
}
