import type { Window } from '../../core/model.ts';

export const iso = (time: Date): string => time.toISOString();
export const isoOrNull = (time: Date | undefined): string | null => time?.toISOString() ?? null;
export const spanOf = ({ from, to }: Window) => ({ from: iso(from), to: iso(to) });
