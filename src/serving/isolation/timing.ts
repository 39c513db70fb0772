export const LOOK_EVERY_MS = 250;
/** After this much silence inside a model, the standby process accepts connections instead. */
export const OVERTAKEN_AFTER_MS = 1000;
/** A new plan does not wait longer for a process to test it in, if none starts. */
export const UNTRIED_MS = 20_000;
/** Node and onnxruntime need this on a busy machine. */
export const BOOT_MS = 60_000;
/** For a process that is told to stop: it writes its log in that time. */
export const STOP_MS = 4000;
