import { z } from 'zod';
import { alertSubject } from '../src/cards/alert.ts';
import { approvalSubject } from '../src/cards/approval.ts';
import { pipelineSubject } from '../src/cards/pipeline.ts';
import { runSubject } from '../src/cards/run.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { BadInput } from '../src/core/errors.ts';
import { ephemeral, type Subject } from '../src/core/reply.ts';
import { sentence } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

type Parts = Needs<
  'models' | 'versions' | 'runs' | 'alerts' | 'approvals' | 'pipelines' | 'audit' | 'replies'
>;

/** What a note is about. */
interface About {
  /** As the audit log names it. */
  subject: string;
  model: string;
  environment?: string;
  version?: number | undefined;
  /** The message whose thread shows it. */
  thread?: Subject;
}

export const note = defineCommand({
  name: 'note',
  summary: 'Keep a note about a version, run, alert, request or pipeline',
  role: 'viewer',
  inReadOnly: 'refused',
  words: ['about', 'text'],
  options: {
    about: option(
      z.string('expected what it is about').trim().min(1).max(100),
      'A version such as `flights@3`, or an ID',
      { placeholder: 'SUBJECT' },
    ),
    text: option(sentence('say what to note, in a few words'), 'The note', {
      placeholder: '"TEXT"',
    }),
  },
  examples: [
    '/note flights@3 "trained without the strike of May"',
    '/note alert-7k2f9qab "the feed was repaired at noon"',
  ],

  async run({ about, text }, needs: Parts, { id, by, from, byReply }) {
    const { subject, model, environment, version, thread } = await meant(about, needs);
    await needs.audit.append({
      ...{ id: `note-${from.platform}-${id}`, by: by.id, action: 'note.add', subject, model },
      ...(environment !== undefined && { environment }),
      via: from.platform,
      after: { text, ...(version !== undefined && { version }) },
    });
    // Who wrote it in that thread has said it there.
    if (thread !== undefined && !byReply)
      await needs.replies.tell(thread, id, { title: `${by.name} notes: ${text}`, tone: 'note' });
    const what = subject.replace('@', ' v');
    return ephemeral(
      { title: `Kept as a note on ${what}. /history ${model} shows it.`, tone: 'success' },
      { about: subject, model, text },
    );
  },
});

async function meant(about: string, needs: Parts): Promise<About> {
  const [kind = ''] = about.toLowerCase().split('-');
  const id = about.toLowerCase();
  const read = Object.hasOwn(BY_ID, kind) ? BY_ID[kind] : undefined;
  if (read && !about.includes('@')) return read(id, needs);
  const [name = '', asked, ...more] = about.split('@');
  if (asked === undefined || asked === '' || more.length > 0)
    throw new BadInput(`"${about}" is neither a version nor an ID, so nothing was noted.`, {
      next: 'E.g. /note flights@3 "…", or the ID of a run, alert, request or pipeline.',
    });
  const { name: model } = needs.models.get(name);
  const { number, run } = await needs.versions.resolve(model, asked.replace(/^v/i, ''));
  return {
    ...{ subject: `${model}@${number}`, model, version: number },
    thread: runSubject({ id: run }),
  };
}

const BY_ID: Readonly<Record<string, (id: string, needs: Parts) => Promise<About>>> = {
  async run(subject, { runs }) {
    const { model, version, id } = await runs.get(subject);
    return { subject, model, version, thread: runSubject({ id }) };
  },
  async alert(subject, { alerts }) {
    const alert = await alerts.get(subject);
    const { model, environment, version } = alert;
    return { subject, model, environment, version, thread: alertSubject(alert) };
  },
  async approval(subject, { approvals }) {
    const approval = await approvals.get(subject);
    const { model, environment, version } = approval;
    return { subject, model, environment, version, thread: approvalSubject(approval) };
  },
  async pipeline(subject, { pipelines }) {
    const pipeline = await pipelines.get(subject);
    const { model, made } = pipeline;
    return { subject, model, version: made.version, thread: pipelineSubject(pipeline) };
  },
};
