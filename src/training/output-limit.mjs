// Keeps a program that prints without end from filling a disk. Plain JavaScript, as the supervisor needs it; shim.py does
// the same on other machines.

/** Unless a model says otherwise. */
export const OUTPUT_BYTES = 64 * 1024 * 1024;
/** Of reports that still count when a program has printed too much: it may say only then where its model is. */
const REPORT_BYTES = 4 * 1024 * 1024;
const LONGEST = 64 * 1024;
const [LF, BRACE] = [0x0a, 0x7b];

/** The one line that says that there is more. */
export const fullWords = (bytes) =>
  `Wheelhouse: this program printed more than ${Number((bytes / 1024 / 1024).toFixed(2))} MB; what follows is dropped, except reports.`;

/**
 * A limit of all that a program prints.
 * @returns for each of its outputs, in the order in which they are asked for, what of a chunk is to be written. Past the
 * limit, only whole lines that look like reports
 */
export function limitOutput(bytes) {
  let left = bytes;
  let reports = REPORT_BYTES;
  let isSaid = false;

  return () => {
    let isFull = false;
    let endsInLine = true;
    /** The line under way, past the limit; undefined: it is dropped. */
    let held = [];
    let length = 0;

    return (chunk) => {
      const written = [];
      let rest = chunk;
      if (!isFull) {
        const fitting = rest.subarray(0, left);
        left -= fitting.length;
        rest = rest.subarray(fitting.length);
        if (fitting.length > 0) {
          written.push(fitting);
          endsInLine = fitting.at(-1) === LF;
        }
        if (rest.length === 0) return written;
        isFull = true;
        // The rest of a line that was begun is no report.
        if (!endsInLine) {
          held = undefined;
          written.push(Buffer.from('\n'));
        }
        if (!isSaid) written.push(Buffer.from(`${fullWords(bytes)}\n`));
        isSaid = true;
      }
      while (rest.length > 0) {
        const end = rest.indexOf(LF);
        take(end === -1 ? rest : rest.subarray(0, end + 1));
        if (end === -1) break;
        if (held && length <= reports) {
          written.push(...held);
          reports -= length;
        }
        [held, length] = [[], 0];
        rest = rest.subarray(end + 1);
      }
      return written;
    };

    function take(part) {
      if (length === 0 && held && part[0] !== BRACE) held = undefined;
      length += part.length;
      if (length > LONGEST) held = undefined;
      held?.push(Buffer.from(part));
    }
  };
}
