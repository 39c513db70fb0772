import { signal } from '@preact/signals';
import type { Picture } from '../../src/core/card.ts';

interface Question {
  /** What is about to happen, e.g. a button's label. */
  title: string;
  text: string;
  danger: boolean;
  yes: () => void;
}

/** The question that waits for an answer before something is done. */
export const question = signal<Question | null>(null);

/** The picture shown large. */
export const enlarged = signal<Picture | null>(null);
