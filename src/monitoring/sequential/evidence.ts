/** Shifts, in standard deviations between windows, for which evidence is collected: fixed before any window. */
export const SHIFTS = [0.5, 1, 1.5] as const;

/**
 * The logarithm of the evidence of one window, ln e = δ (z − tol) − δ² / 2: the likelihood ratio of a standard
 * normal number that is δ higher, after a tolerance. The mean of e is at most 1 as long as z is normal, its mean at
 * most tol and its variance at most 1: products of e are an e-process (a non-negative supermartingale from 1).
 */
export function logEvidence(z: number, shift: number, tolerance: number): number {
  return shift * (z - tolerance) - shift ** 2 / 2;
}

/**
 * Shiryaev–Roberts, SR = (SR + 1) · e: the sum, over all windows in which the change may have begun, of the evidence
 * since then. An e-detector: without a change its mean after t windows is at most t, so that crossing N
 * takes at least N windows on average (Shin, Ramdas, Rinaldo, "E-detectors", arXiv 2203.03532).
 */
export function nextSum(sum: number, logE: number): number {
  return (sum + 1) * Math.exp(logE);
}

/**
 * CUSUM: the logarithm of the evidence since its last restart, which is whenever it falls to 0. Where it last
 * restarted is the estimate of where the change began (Page 1954).
 */
export function nextCusum(cusum: number, logE: number): number {
  return Math.max(0, cusum + logE);
}
