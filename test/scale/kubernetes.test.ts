import { it } from 'vitest';
import { engineContract } from '../contracts/engine.ts';
import { groundOn } from '../training/engines/ground.ts';
import { KUBECONFIG, onReal } from './control-plane.ts';

if (KUBECONFIG === undefined)
  it.skip(
    'engine kubernetes on a real control plane: set WHEELHOUSE_TEST_KUBECONFIG, see docs/engines.md',
  );
else engineContract('kubernetes', { open: groundOn(onReal) });
