/** See output-limit.mjs. */
export const OUTPUT_BYTES: number;
export function fullWords(bytes: number): string;
export function limitOutput(bytes: number): () => (chunk: Buffer) => Buffer[];
