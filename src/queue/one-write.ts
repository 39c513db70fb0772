import type { Redis } from 'ioredis';

/**
 * Sends the commands of one turn of the event loop in one write. One system call for each would be a third of
 * the cost of storing an event, and many events arrive at once. Nothing is delayed beyond that turn, and each
 * command still has its own answer.
 */
export function inOneWrite(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  let held: Redis['stream'] | undefined;
  redis.sendCommand = (command, stream) => {
    // Before the connection is ready, ioredis sends its own handshake and waits for each answer.
    if (!held && redis.status === 'ready') {
      const socket = redis.stream;
      held = socket;
      socket.cork();
      setImmediate(() => {
        held = undefined;
        socket.uncork();
      });
    }
    return send(command, stream);
  };
}
