import { type Certified, certified } from './certified.ts';
import { type Grown, grown } from './grown.ts';
import {
  type Delays,
  delays,
  type FalseAlarms,
  falseAlarms,
  LENGTHS,
  type Length,
} from './simulate.ts';
import { type Together, together, withoutTolerance } from './together.ts';
import { SCENE_NAMES } from './world.ts';

/** A part of the simulation that depends on no other. */
export type Cell =
  | {
      what: 'false alarms' | 'certified';
      scene: number;
      length: Length['name'];
      rows: number;
      seed: number;
    }
  /** Without a scene: at the limit of what a budget promises. */
  | { what: 'together'; scene?: number; seed: number }
  | { what: 'grown'; scene: number; reference: number; seed: number }
  | { what: 'delays'; length: Length['name']; rows: number; seed: number };

/** One of them. */
export interface Simulated {
  falsely?: FalseAlarms;
  certified?: Certified;
  delays?: Delays[];
  together?: Together;
  grown?: Grown;
}

/** One model of a cell. Throws for a cell that does not exist. */
export function simulate(cell: Cell): Simulated {
  if (cell.what === 'together')
    return {
      together:
        cell.scene === undefined
          ? withoutTolerance(cell.seed)
          : together(sceneOf(cell.scene), cell.seed),
    };
  if (cell.what === 'grown')
    return { grown: grown(sceneOf(cell.scene), cell.reference, cell.seed) };
  const length = LENGTHS.find(({ name }) => name === cell.length);
  if (!length) throw new Error(`there are no ${cell.length} windows`);
  if (cell.what === 'delays') return { delays: delays(length, cell.rows, 1, cell.seed) };
  const scene = sceneOf(cell.scene);
  return cell.what === 'certified'
    ? { certified: certified(scene, length, cell.rows, cell.seed) }
    : { falsely: falseAlarms(scene, length, cell.rows, 1, cell.seed) };
}

function sceneOf(at: number): (typeof SCENE_NAMES)[number] {
  const scene = SCENE_NAMES[at];
  if (!scene) throw new Error(`there is no scene ${at}`);
  return scene;
}
