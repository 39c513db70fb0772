import type { Connection } from 'mongoose';
import { expect } from 'vitest';
import { z } from 'zod';
import { ENVIRONMENTS, type Site } from '../model-based/site.ts';

const Shown = z.object({
  _id: z.string(),
  state: z.object({ card: z.looseObject({ title: z.string(), tone: z.string().optional() }) }),
});

/**
 * No message is ahead of the facts, whenever a process dies: that a version is live, that a rollback is done, that a
 * rollout continues or ended.
 */
export async function checkMessages(site: Site, connection: Connection): Promise<void> {
  const rows = await connection.collection('subjects').find({}).toArray();
  const states = await Promise.all(
    ENVIRONMENTS.map((environment) => site.endpoints.get(site.endpointOf(environment))),
  );
  const everLive = new Set<string>();
  for (const environment of ENVIRONMENTS)
    for (const { id, approval } of await site.deployments.history('flights', environment, 1000)) {
      everLive.add(id);
      if (approval !== undefined) everLive.add(approval);
    }
  expect(rows, 'messages').not.toEqual([]);
  for (const row of rows) {
    const { _id, state } = Shown.parse(row);
    const { title, tone } = state.card;
    const [kind = '', id = ''] = _id.replace(/^reply:/, '').split(/[:/]/);
    const words = `${_id} shows "${title}"`;
    if (kind === 'approval' && /answers in|is live/.test(title))
      expect([...everLive], words).toContain(id);
    if (kind === 'rollback' && tone === 'success') expect([...everLive], words).toContain(id);
    if (kind !== 'rollout') continue;
    const running = states.find(({ rollout }) => rollout?.deployment === id)?.rollout;
    const ended = states.find((one) => one.ended?.deployment === id)?.ended;
    if (/was rolled back|was aborted| ended$/.test(title)) expect(ended, words).toBeDefined();
    if (/answers all requests/.test(title)) expect([...everLive], words).toContain(id);
    if (/, paused$/.test(title)) expect(running?.paused ?? ended, words).toBeDefined();
  }
}
