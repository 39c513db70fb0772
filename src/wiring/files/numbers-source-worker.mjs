// As src/charts/source-worker.mjs: a thread inherits no TypeScript loader. The build leaves this file out.
import { register } from 'tsx/esm/api';

register();
await import('./numbers-worker.ts');
