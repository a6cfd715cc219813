// The command line: the same program as `bin/minrnn.mjs`. Runs one command and turns failures into messages and an exit code.
import { CommanderError } from 'commander';
import { printableLines } from '../engine/core/printable.ts';
import { asAppError } from '../engine/core/result.ts';
import { programVersion } from '../lab/files/program.ts';
import { commands } from './commands.ts';
import { openConsole } from './console.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { CommandLine } from './usage.ts';

/** Runs one command line (without program and script). Resolves to the exit code; never exits the process itself. */
export async function main(argv: readonly string[]): Promise<number> {
  // Files created by the program are readable by their owner only.
  process.umask(0o077);
  let code: number = exitCodes.done;
  const program = new CommandLine('minrnn')
    .description('Trains recurrent networks side by side and compares their loss, speed and memory.')
    .version(programVersion());
  // Commander would end the process on its own after its help. Sub-commands inherit this when they are created.
  program.exitOverride();
  program.configureOutput({
    writeOut: (text) => void process.stdout.write(printableLines(text)),
    writeErr: (text) => void process.stderr.write(printableLines(text)),
  });
  for (const add of commands) add(program, (given) => (code = given));
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    const problem = asAppError(error, 'minrnn');
    openConsole(argv.includes('--json')).problem(problem);
    return exitCodeOf(problem.code);
  }
  return code;
}
