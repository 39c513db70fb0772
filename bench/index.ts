// What scripts/bench.mjs starts.
import './main.ts';
