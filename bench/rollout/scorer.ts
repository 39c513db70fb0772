import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * Scores rows of the bench at a steady rate, and answers nobody: `scorer.ts FILE PER_SECOND`. What a rollout costs at
 * least: its challenger does the same.
 */
const [file = '', perSecond = ''] = process.argv.slice(2);
const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
const began = performance.now();
let scored = 0;
let scoring = false;

async function catchUp(): Promise<void> {
  if (scoring) return;
  scoring = true;
  for (; scored < ((performance.now() - began) / 1000) * Number(perSecond); scored += 1)
    await session.run({
      distance: new Tensor('float32', Float32Array.of(1), [1, 1]),
      carrier: new Tensor('string', ['AA'], [1, 1]),
    });
  scoring = false;
}

setInterval(() => void catchUp(), 1);
process.once('disconnect', () => process.exit());
process.send?.('scores');
