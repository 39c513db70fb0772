import { z } from 'zod';

/** As Kubernetes writes them: 2, 500m, 4Gi. */
export const Quantity = z
  .union([z.string(), z.number().transform(String)])
  .refine((text) => /^\d+(\.\d+)?([kMGTP]i?|m)?$/.test(text), 'expected e.g. 2, 500m or 4Gi');

const PREFIXES = ['k', 'M', 'G', 'T', 'P'];

/** What a quantity is as a number: 500m is 0.5, 4Gi is 4294967296. */
export function numberIn(quantity: string): number {
  const [, number = '', prefix = '', binary = ''] =
    /^([\d.]+)([kMGTPm]?)(i?)$/.exec(quantity) ?? [];
  if (prefix === 'm') return Number(number) / 1000;
  return Number(number) * (binary === 'i' ? 1024 : 1000) ** (PREFIXES.indexOf(prefix) + 1);
}
