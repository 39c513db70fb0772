import { signal } from '@preact/signals';
import type { Picture } from '../../src/core/card.ts';

interface Question {
  /** The action, e.g. a button's label. */
  title: string;
  text: string;
  danger: boolean;
  yes: () => void;
}

/** The confirmation that is currently asked. */
export const question = signal<Question | null>(null);

/** The picture shown large. */
export const enlarged = signal<Picture | null>(null);
