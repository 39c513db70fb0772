import { signal } from '@preact/signals';
import { loadThread } from './posts.ts';

/** ID of the post whose thread is open next to the channel. */
export const openThread = signal<string | null>(null);

/** Why it could not be loaded, as a sentence. */
export const threadProblem = signal('');

export function showThread(id: string): void {
  openThread.value = id;
  void reloadThread();
}

export function closeThread(): void {
  openThread.value = null;
}

export async function reloadThread(): Promise<void> {
  const id = openThread.peek();
  if (id === null) return;
  threadProblem.value = '';
  try {
    await loadThread(id);
  } catch (error) {
    threadProblem.value = error instanceof Error ? error.message : String(error);
  }
}
