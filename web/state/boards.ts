import { effect, signal } from '@preact/signals';
import type { ModelBoard, ModelList } from '../../src/core/board.ts';
import { api } from './api.ts';
import { boardAt, myId } from './session.ts';

/** All models of the workspace, for the sidebar. */
export const models = signal<ModelList['models']>([]);

/** The open board; null until it is loaded. */
export const board = signal<ModelBoard | null>(null);

/** Why it could not be loaded, as a sentence. */
export const boardProblem = signal('');

/** A burst of messages, such as the progress of a training, is one reason to look again. */
const SETTLE_MS = 1_500;
/** Findings that raise no alert post no message. */
const LOOK_MS = 30_000;
/** Pages of models that are loaded: more do not fit a sidebar. */
const PAGES = 5;

let isDue = false;
/** Only the answer to the latest question is shown. */
let asked = 0;

/** Loads the boards, and again when something may have changed. */
export function watchBoards(): void {
  effect(() => {
    const at = boardAt.value;
    const shown = board.peek();
    if (at === null || (shown !== null && shown.model !== at.model)) board.value = null;
    boardProblem.value = '';
    if (at !== null && myId.value !== '') void loadBoard();
  });
  effect(() => {
    if (myId.value !== '') void loadModels();
  });
  setInterval(() => {
    if (document.visibilityState === 'visible') void reloadBoards();
  }, LOOK_MS);
}

/** A card was posted or changed. */
export function noteChange(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    void reloadBoards();
  }, SETTLE_MS);
}

export async function reloadBoards(): Promise<void> {
  await Promise.all([loadModels(), loadBoard()]);
}

export async function loadBoard(): Promise<void> {
  const at = boardAt.peek();
  if (at === null) return;
  asked += 1;
  const question = asked;
  try {
    const answer = await api.board(at.model, myId.peek(), at.environment);
    if (question !== asked) return;
    board.value = answer;
    boardProblem.value = '';
  } catch (error) {
    if (question === asked)
      boardProblem.value = error instanceof Error ? error.message : String(error);
  }
}

async function loadModels(): Promise<void> {
  try {
    const found: ModelList['models'] = [];
    let after: string | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const answer = await api.models(myId.peek(), after);
      found.push(...answer.models);
      if (answer.next === null) break;
      after = answer.next;
    }
    models.value = found;
  } catch {
    // The list stays as it was; the banner says that the connection is lost.
  }
}
