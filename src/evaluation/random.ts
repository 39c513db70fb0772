/**
 * A seeded generator of numbers in [0, 1): the small fast counter of PractRand (sfc32). The same seed gives the
 * same verdict on every machine and every retry of a job.
 */
export function seededRandom(seed: number): () => number {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162 ^ Math.floor(seed / 2 ** 32);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) * 2 ** -32;
  };
  for (let round = 0; round < 15; round += 1) next(); // spreads the seed over the whole state
  return next;
}
