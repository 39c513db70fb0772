import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput } from '../../core/errors.ts';
import { isFailed } from '../../core/judged-gate.ts';
import { gateCases, junitXml } from '../../core/junit.ts';
import type { ModelSpec } from '../../core/model.ts';
import type { Checked } from './check.ts';
import { commentOn, commentOnFailure, wordsFor } from './comment.ts';
import { CHARTS, picturesOf } from './pictures.ts';

/** Why a model cannot be trained. */
export interface Failure {
  model: string;
  why: string;
}

export interface Files {
  /** The text of `result.json`. */
  result: string;
}

/** Writes `comment.md`, `result.json`, `junit.xml` and the charts. Throws BadInput if the folder cannot be written. */
export async function writeChecked(
  folder: string,
  found: Checked,
  chartsUrl: string | undefined,
  spec: ModelSpec,
): Promise<Files> {
  const unitOf = wordsFor(spec);
  const pictures = await picturesOf(found, unitOf);
  const charts = pictures.map(({ file, alt }) => ({ file, alt }));
  const { model, environment, gates } = found;
  const result = inJson({ ok: !gates.some(isFailed), ...found, charts });
  await write(folder, {
    'comment.md': commentOn(found, { pictures, chartsUrl, unitOf }),
    'junit.xml': junitXml(`wheelhouse ci ${model}`, [
      { group: model, name: 'training' },
      ...gateCases(`${model}.${environment}`, gates),
    ]),
    'result.json': result,
    ...Object.fromEntries(pictures.map(({ file, svg }) => [file, svg])),
  });
  return { result };
}

/** As `writeChecked`, for a model that cannot be trained. */
export async function writeFailure(folder: string, { model, why }: Failure): Promise<Files> {
  const result = inJson({ ok: false, model, error: { message: why, next: null } });
  const end = { is: 'error', kind: 'training', words: why } as const;
  await write(folder, {
    'comment.md': commentOnFailure(model, why),
    'junit.xml': junitXml(`wheelhouse ci ${model}`, [{ group: model, name: 'training', end }]),
    'result.json': result,
  });
  return { result };
}

const inJson = (result: object): string => `${JSON.stringify(result, null, 2)}\n`;

/**
 * Makes the folder, without what an earlier check left there: its files would look like those of this one. Throws
 * BadInput if that cannot be done.
 */
export function openFolder(folder: string): Promise<void> {
  return attempt(async () => {
    await mkdir(folder, { recursive: true });
    for (const name of [...TEXTS, ...CHARTS]) await rm(join(folder, name), { force: true });
  });
}

const TEXTS = ['comment.md', 'junit.xml', 'result.json'];

const write = (folder: string, files: Readonly<Record<string, string>>): Promise<void> =>
  attempt(async () => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`Writing the result: ${reason}`, { cause });
  }
}
