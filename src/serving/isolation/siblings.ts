import { type Endpoint, endpointId } from '../../core/endpoint.ts';
import type { RecentIds } from '../recent.ts';
import type { InferenceChild } from './child.ts';
import type { Order, Word } from './messages.ts';

/** A process that is busy for longer is not waited for: the labels then count as unknown, and are kept. */
const PATIENCE_MS = 300;

interface Asked {
  known: Set<string>;
  /** Of how many others the answer is missing; undefined until the first one says how many there are. */
  left: number | undefined;
  done(): void;
}

/**
 * What the other inference processes of a gateway have answered: callers do not know which of them they reach, so that a
 * label may arrive elsewhere than its prediction. The processes only talk to their controller, which passes it on.
 */
export class Siblings {
  readonly #say: (word: Word) => void;
  readonly #asked = new Map<number, Asked>();
  #number = 0;

  constructor(say: (word: Word) => void) {
    this.#say = say;
  }

  /** Those of the IDs that another process answered recently. */
  known(endpoint: Endpoint, ids: readonly string[]): Promise<ReadonlySet<string>> {
    this.#number += 1;
    const question = this.#number;
    return new Promise((resolve) => {
      const known = new Set<string>();
      const done = () => {
        clearTimeout(timer);
        this.#asked.delete(question);
        resolve(known);
      };
      const timer = setTimeout(done, PATIENCE_MS);
      this.#asked.set(question, { known, left: undefined, done });
      this.#say({ type: 'ask', question, endpoint, ids });
    });
  }

  /** One of so many others answered; with `of: 0` there are none. */
  hear({ question, ids, of }: Extract<Order, { type: 'told' }>): void {
    const asked = this.#asked.get(question);
    if (!asked) return;
    for (const id of ids) asked.known.add(id);
    asked.left = (asked.left ?? of) - 1;
    if (asked.left <= 0) asked.done();
  }
}

/** The IDs that this process has answered, for another one. */
export function answerSibling(
  { asker, question, endpoint, ids, of }: Extract<Order, { type: 'question' }>,
  recent: Pick<RecentIds, 'knows'>,
): Word {
  const known = ids.filter((id) => recent.knows(endpointId(endpoint), id));
  return { type: 'knows', asker, question, ids: known, of };
}

/** In the controller: passes a question on to all other processes, and each answer to the one that asked. */
export function passOn(
  from: InferenceChild,
  word: Extract<Word, { type: 'ask' | 'knows' }>,
  children: ReadonlySet<InferenceChild>,
): void {
  const { question, ids } = word;
  if (word.type === 'knows') {
    const asker = [...children].find(({ name }) => name === word.asker);
    asker?.send({ type: 'told', question, ids, of: word.of });
    return;
  }
  const { endpoint } = word;
  const others = [...children].filter((child) => child !== from && child.up && !child.stuck);
  const of = others.length;
  if (of === 0) from.send({ type: 'told', question, ids: [], of });
  for (const other of others)
    other.send({ type: 'question', asker: from.name, question, endpoint, ids, of });
}
