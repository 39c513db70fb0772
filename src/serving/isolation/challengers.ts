import { createServer, type Server, type Socket } from 'node:net';
import { inWords } from '../../core/errors.ts';
import { onFrames, sendFrame } from '../challenger/frames.ts';
import type {
  ChallengerEvents,
  ChallengerProcess,
  Reply,
  StartChallenger,
} from '../challenger/messages.ts';
import type { Order, Word } from './messages.ts';

/**
 * The challengers of an inference process. The controller forks them: forking stops whoever does it for 10 ms, or longer
 * the more memory it has. They connect to a socket of the inference process, so that requests pass through no other one.
 */
export class Challengers {
  readonly #door: string;
  readonly #say: (word: Word) => void;
  readonly #running = new Map<number, ChallengerEvents>();
  readonly #sockets = new Map<number, Socket>();
  #listening: Promise<Server> | undefined;
  #number = 0;

  /** @param door where they connect: a path that only this process listens at */
  constructor(door: string, say: (word: Word) => void) {
    this.#door = door;
    this.#say = say;
  }

  readonly start: StartChallenger = (events): ChallengerProcess => {
    this.#number += 1;
    const number = this.#number;
    this.#running.set(number, events);
    this.#listening ??= this.#listen();
    this.#listening.then(
      () => {
        if (this.#running.has(number)) this.#say({ type: 'challenger', number, act: 'start' });
      },
      (cause: unknown) => {
        this.#listening = undefined;
        this.ended({ number, how: inWords(cause) });
      },
    );
    return {
      send: (question) => {
        const socket = this.#sockets.get(number);
        if (socket?.writable) sendFrame(socket, question);
      },
      speedUp: () => this.#say({ type: 'challenger', number, act: 'speed up' }),
      kill: () => {
        this.#forget(number);
        this.#say({ type: 'challenger', number, act: 'kill' });
      },
    };
  };

  /** The controller's word that a process ended, or could not be started. */
  ended({
    number,
    how,
  }: Pick<Extract<Order, { type: 'challenger-ended' }>, 'number' | 'how'>): void {
    const events = this.#running.get(number);
    this.#forget(number);
    events?.ended(how);
  }

  #forget(number: number): void {
    this.#running.delete(number);
    this.#sockets.get(number)?.destroy();
    this.#sockets.delete(number);
  }

  #listen(): Promise<Server> {
    const server = createServer((socket) => this.#connected(socket)).unref();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#door, () => resolve(server));
    });
  }

  #connected(socket: Socket): void {
    let events: ChallengerEvents | undefined;
    // How its process ended is told by the controller.
    socket.on('error', () => {});
    onFrames(socket, (reply: Reply) => {
      if (reply.type === 'up') {
        events = this.#running.get(reply.number);
        if (events) this.#sockets.set(reply.number, socket);
        else socket.destroy();
      }
      events?.reply(reply);
    });
  }
}
