import { z } from 'zod';
import type { ApprovalRule } from '../src/core/model.ts';
import { type Fault, fieldsOf } from './faults.ts';

/** The environment whose approvals are guarded unless the file says otherwise. */
const GUARDED = 'production';
const UNDO_SECONDS = 10;

/** For a model or an environment; keys that are left out are as for the model. */
export const Approval = z.strictObject({
  needed: z.number().int().min(1).optional(),
  expires_hours: z.number().positive().optional(),
  /** How many approvals must come from a group, by its name. */
  groups: z.record(z.string(), z.number().int().min(1)).optional(),
  undo_seconds: z.number().min(0).max(3600).optional(),
  receipts: z.boolean().optional(),
  confirm: z.enum(['none', 'direct-message']).optional(),
});

/** The same with its defaults, for a model. */
export const ModelApproval = Approval.extend({
  needed: z.number().int().min(1).default(1),
  expires_hours: z.number().positive().default(24),
});

/** Groups of which `approval.groups` demands votes, by name. */
export const Groups = z
  .record(
    z.string(),
    z.strictObject({
      people: z.array(z.string()).default([]),
      /** Groups or roles of platforms whose members are in it, e.g. `{ slack: [S0123] }`. */
      at: z.record(z.string(), z.array(z.string().min(1))).default({}),
    }),
  )
  .default({});

export const APPROVAL_WORDS = Object.keys(Approval.shape);

type Given = z.output<typeof Approval>;

/** `rules`: those that come first win, key by key; the last has `needed` and `expires_hours`. */
export function approvalOf(
  environment: string,
  rules: readonly (Given | undefined)[],
  general: z.output<typeof ModelApproval>,
): ApprovalRule {
  const first = <K extends keyof Given>(key: K) =>
    [...rules, general].map((rule) => rule?.[key]).find((value) => value !== undefined);
  const groups = first('groups');
  const isGuarded = environment === GUARDED;
  return {
    needed: first('needed') ?? general.needed,
    expiresHours: first('expires_hours') ?? general.expires_hours,
    undoSeconds: first('undo_seconds') ?? (isGuarded ? UNDO_SECONDS : 0),
    receipts: first('receipts') ?? isGuarded,
    ...(first('confirm') === 'direct-message' && { confirm: 'direct-message' }),
    ...(groups && { groups }),
  };
}

/** Groups that do not exist, and people in them who do not. */
export function approvalFaults(file: Record<string, unknown>): Fault[] {
  const groups = fieldsOf(file['groups']);
  const people = fieldsOf(file['people']);
  const strangers = Object.entries(groups).flatMap(([name, group]) => {
    const { people: listed } = fieldsOf(group);
    return (Array.isArray(listed) ? listed : [])
      .filter((id) => !Object.hasOwn(people, String(id)))
      .map((id) => ({ path: ['groups', name, 'people'], words: `there is no person "${id}"` }));
  });
  const inRules = (path: readonly string[], rules: unknown): Fault[] =>
    Object.keys(fieldsOf(fieldsOf(fieldsOf(rules)['approval'])['groups']))
      .filter((name) => !Object.hasOwn(groups, name))
      .map((name) => ({
        path: [...path, 'approval', 'groups', name],
        words: `there is no group "${name}"`,
      }));
  const named = (path: readonly string[], all: unknown): Fault[] =>
    Array.isArray(all)
      ? []
      : Object.entries(fieldsOf(all)).flatMap(([name, rules]) => inRules([...path, name], rules));
  return [
    ...strangers,
    ...named(['environments'], file['environments']),
    ...named(['models'], file['models']),
    ...Object.entries(fieldsOf(file['models'])).flatMap(([name, model]) =>
      named(['models', name, 'environments'], fieldsOf(model)['environments']),
    ),
  ];
}
