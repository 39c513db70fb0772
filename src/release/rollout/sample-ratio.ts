import { logBeta } from './log-beta.ts';

/** As many requests as the prior counts for: how far from the declared ratio is looked for first. */
const CONCENTRATION = 100;

/**
 * Evidence that requests were not split as declared, as the logarithm of an e-value: the Dirichlet mixture against
 * the declared share, around which it is centred (Lindon and Malek, NeurIPS 2022, "Anytime-valid inference for
 * multinomial count data"). Routing that is broken makes every comparison worthless.
 * @param share of the requests that the challenger should have got, from 0 to 1
 */
export function splitEvidence(
  { stable, challenger }: { stable: number; challenger: number },
  share: number,
): number {
  if (share <= 0 || share >= 1) return 0;
  const [a, b] = [CONCENTRATION * share, CONCENTRATION * (1 - share)];
  return (
    logBeta(a + challenger, b + stable) -
    logBeta(a, b) -
    challenger * Math.log(share) -
    stable * Math.log(1 - share)
  );
}
