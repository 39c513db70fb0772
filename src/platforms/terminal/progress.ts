import type { Card } from '../../core/card.ts';
import { renderLine } from './render.ts';

/** The part of a stream that is used here. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Shows progress while someone waits. */
export interface Progress {
  show(card: Card): void;
  /** Prints a line that is not redrawn. */
  say(line: string): void;
  /** Removes the line that is redrawn. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/** On a terminal, one line that is redrawn in place; otherwise a line for each milestone. */
export function createProgress(screen: Screen): Progress {
  return screen.isTTY ? redrawn(screen) : milestones(screen);
}

function redrawn(screen: Screen): Progress {
  let shown = '';
  const clear = () => {
    if (shown) screen.write(CLEAR_LINE);
  };
  return {
    show(card) {
      // One column shorter: a full line would wrap and could not be removed.
      const line = renderLine(card, (screen.columns ?? 80) - 1);
      if (line === shown) return;
      clear();
      screen.write(line);
      shown = line;
    },
    say(line) {
      clear();
      screen.write(`${line}\n${shown}`);
    },
    clear() {
      clear();
      shown = '';
    },
  };
}

/** Each tenth and each new title is a milestone: a log needs no more. */
function milestones(screen: Screen): Progress {
  let last = '';
  return {
    show(card) {
      const milestone = `${card.title} ${Math.floor((card.progress?.share ?? 0) * 10)}`;
      if (milestone !== last) screen.write(`${renderLine(card, 200)}\n`);
      last = milestone;
    },
    say: (line) => screen.write(`${line}\n`),
    clear() {},
  };
}
