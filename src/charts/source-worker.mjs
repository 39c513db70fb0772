// If the program runs from its sources, a thread inherits no TypeScript loader: neither from the flag that the
// process was started with, nor from the test runner. The build leaves this file out.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
