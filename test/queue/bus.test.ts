import { afterAll, expect, it } from 'vitest';
import { createBus } from '../../src/queue/bus.ts';
import { connect, ready } from '../../src/queue/connection.ts';
import { openDesk, until } from './desk.ts';

const desk = await openDesk();
afterAll(() => desk.close());

it('a bus whose connection was lost hears again, and says once that it may have missed something', async () => {
  const speaking = connect(desk.url, 'brisk', desk.log);
  const listening = connect(desk.url, 'listening', desk.log);
  await Promise.all([ready(speaking), ready(listening)]);
  try {
    const id = await listening.client('ID');
    const bus = createBus(speaking, listening, desk.prefix);
    const heard: string[] = [];
    let missed = 0;
    bus.subscribe(
      'posts',
      (message) => heard.push(message),
      () => {
        missed += 1;
      },
    );
    const says = (message: string) =>
      until(`${message} is heard`, async () => {
        await bus.publish('posts', message);
        return heard.includes(message);
      });
    await says('before');
    expect(missed).toBe(0);
    await speaking.client('KILL', 'ID', id);
    await until('it has a connection again', () => missed > 0);
    await says('after');
    expect(missed).toBe(1);
  } finally {
    speaking.disconnect();
    listening.disconnect();
  }
});
