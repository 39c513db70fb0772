/** Prints in one line what a bootstrap step does; on stderr, because stdout is for the programs. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Something that the user must do first. Ends the script with one line instead of a stack trace. */
export class Blocked extends Error {}

/** Runs a script's main function; a Blocked error becomes its last line and exit code 1. */
export async function main(script) {
  try {
    process.exitCode = (await script(process.argv.slice(2))) ?? process.exitCode ?? 0;
  } catch (error) {
    const known = error instanceof Blocked || error?.name === 'Unreachable';
    say(known ? [error.message, error.next].filter(Boolean).join(' ') : (error?.stack ?? error));
    process.exitCode = 1;
  }
}
