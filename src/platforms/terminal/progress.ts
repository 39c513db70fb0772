import type { Card } from '../../core/card.ts';
import { renderLine } from './render.ts';

/** A stream as far as we need to know it. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Shows how far the work is while somebody waits. */
export interface Progress {
  show(card: Card): void;
  /** A line that stays. */
  say(line: string): void;
  /** Takes away what does not stay. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/** On a terminal one line that is redrawn in place; elsewhere a line for each milestone. */
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
      // One column short: a full line would wrap, and could not be taken back.
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

/** Every tenth of the way and every new title is a milestone; a log wants no more. */
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
