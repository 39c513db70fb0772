import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { runCli } from '../../../src/platforms/terminal/cli.ts';
import { commandNames } from '../../../src/wiring/command-names.ts';
import { BUILT } from '../../built.ts';

interface Run {
  stdout(): string;
  stderr(): string;
  /** The exit code, once it has ended. */
  exit: Promise<number | null>;
}

/** The command line as a separate program, without any demo's files unless `cwd` says otherwise. */
export function runProgram(
  args: readonly string[],
  env: Record<string, string>,
  cwd: string = tmpdir(),
): Run & { child: ChildProcess } {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [BUILT.cli, ...args], { env: { PATH, ...env }, cwd });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, stdout: () => text.stdout, stderr: () => text.stderr, exit };
}

/** The same without starting a program, for tests that are not about its start and its signals. */
export function runHere(args: readonly string[], env: Record<string, string>): Run {
  const text = { stdout: '', stderr: '' };
  const screen = (stream: keyof typeof text) => ({
    write(chunk: string) {
      text[stream] += chunk;
      return true;
    },
  });
  const exit = runCli(args, {
    env,
    stdout: screen('stdout'),
    stderr: screen('stderr'),
    commands: async () => commandNames,
    onInterrupt: () => () => {},
  });
  return { stdout: () => text.stdout, stderr: () => text.stderr, exit };
}
