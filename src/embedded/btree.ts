import { createRequire } from 'node:module';

// A CommonJS package with a default export: Node and Vite disagree on what importing that gives.
const require = createRequire(import.meta.url);
const loaded: typeof import('sorted-btree') = require('sorted-btree');

export const BTree = loaded.default;
