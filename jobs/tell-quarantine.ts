import { z } from 'zod';
import { quarantined, quarantineSubject } from '../src/cards/quarantine.ts';
import { defineJob } from '../src/core/job.ts';
import { specIn } from '../src/core/model.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<'quarantines' | 'models' | 'versions' | 'gateway' | 'replies' | 'audit'>;

/**
 * A live version was quarantined: posts the reason in its model's channel, and which version answers instead.
 */
export const tellQuarantine = defineJob({
  name: 'tell-quarantine',
  lane: 'control',
  payload: z.object({ deployment: z.string() }),
  once: ({ deployment }) => deployment,
  attempts: 8,

  async run({ deployment }, needs: Parts) {
    const quarantine = await needs.quarantines.get(deployment);
    if (!quarantine) return;
    const { model, environment, version, words } = quarantine;
    const { run } = await needs.versions.resolve(model, String(version));
    const serving = await needs.gateway.serving({ model, environment });
    const instead = serving?.version === version ? undefined : serving?.version;
    await needs.audit.append({
      id: `quarantine-${deployment}`,
      by: 'wheelhouse',
      action: 'version.quarantine',
      subject: deployment,
      model,
      environment,
      via: 'gateway',
      before: { version },
      after: { version: instead ?? null, why: words },
    });
    const subject = quarantineSubject(deployment);
    const state = quarantined(quarantine, instead, run);
    for (const home of specIn(needs.models.get(model), environment).homes)
      await needs.replies.open(subject, home, state);
    await needs.replies.show(subject, state);
  },
});
