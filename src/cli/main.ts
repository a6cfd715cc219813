// The command line: the same program as `bin/minrnn.mjs`. Declares the commands and turns failures into messages and an exit code.
import { Argument, Command as Program, CommanderError, Option } from 'commander';
import { printableLines } from '../engine/core/printable.ts';
import { asAppError } from '../engine/core/result.ts';
import * as limits from '../engine/spec/limits.ts';
import { programVersion } from '../lab/files/program.ts';
import { exportFormats, exportKinds } from '../protocol/export-kinds.ts';
import { runtimeIds, type RuntimeId } from '../protocol/runtimes.ts';
import { bench, type BenchOptions } from './commands/bench.ts';
import { deviceKinds } from '../engine/device/registry.ts';
import * as data from './commands/data.ts';
import { fork, type ForkOptions } from './commands/fork.ts';
import { doctor } from './commands/doctor.ts';
import { plan } from './commands/plan.ts';
import { profile, type ProfileOptions } from './commands/profile.ts';
import { race, type RaceOptions } from './commands/race.ts';
import { resume, type ResumeOptions } from './commands/resume.ts';
import { sample, type SampleOptions } from './commands/sample.ts';
import { serve, type ServeOptions } from './commands/serve.ts';
import * as runtime from './commands/runtime.ts';
import * as session from './commands/session.ts';
import { verify, type VerifyOptions } from './commands/verify.ts';
import { openConsole, type Console } from './console.ts';
import type { Overrides } from './experiment-file.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { deviceOptions, experimentOptions, otherDataOption, storageOption, within } from './options.ts';
import { errorText } from './show.ts';

type Finish = (code: number) => void;

/** Adds `--json`, runs the command, keeps its exit code. */
function does(
  program: Program,
  finish: Finish,
  command: (out: Console, args: readonly unknown[]) => Promise<number>,
): void {
  program.option('--json', 'print JSON instead of tables');
  program.action(async (...args: unknown[]) => {
    const out = openConsole(program.opts<{ json?: boolean }>().json === true);
    try {
      finish(await command(out, args));
    } catch (error) {
      const problem = asAppError(error, 'minrnn');
      out.problem(problem);
      finish(exitCodeOf(problem.code));
    }
  });
}

function experiments(program: Program, finish: Finish): void {
  does(
    experimentOptions(
      program
        .command('plan <file>')
        .description('show parameters, FLOPs and exact memory of each variant without running it'),
    ),
    finish,
    (out, [file, options]) => plan(out, file as string, options as Overrides),
  );
  const profiling = deviceOptions(
    program.command('profile <file>').description('show the time of each op in a training step, for each variant'),
  )
    .option('--steps <n>', 'number of steps to measure', within(limits.profileSteps), limits.profileSteps.default)
    .option('--nodes', 'list each op of the network separately');
  does(profiling, finish, (out, [file, options]) => profile(out, file as string, options as ProfileOptions));
  const racing = experimentOptions(
    program.command('race <file>').description('train every run of an experiment into a session file'),
  )
    .requiredOption('--session <path>', 'the session file to write')
    .option('--overwrite', 'replace an existing session')
    .option('--with-data', 'store the text in the session file');
  does(racing, finish, (out, [file, options]) => race(out, file as string, options as RaceOptions));
  const resuming = program
    .command('resume <session>')
    .description('continue runs that were paused, stopped or interrupted')
    .option('--run <run...>', 'only these runs, by name or id')
    .addOption(otherDataOption());
  does(resuming, finish, (out, [path, options]) => resume(out, path as string, options as ResumeOptions));
  const forking = program
    .command('fork <session>')
    .description('create a run with the settings of another, from its checkpoint or from a file of weights')
    .requiredOption('--run <run>', 'by name or id')
    .option('--step <n>', 'from the checkpoint of this step', within(limits.checkpointStep))
    .option('--weights <file>', 'at step 0 with these weights: safetensors from this program or PyTorch')
    .option('--name <name>', 'name of the new run')
    .option('--learning-rate <rate>', 'of the new run (default: unchanged)', within(limits.learningRate))
    .addOption(otherDataOption());
  does(forking, finish, (out, [path, options]) => fork(out, path as string, options as ForkOptions));
}

function sessions(program: Program, finish: Finish): void {
  const group = program.command('session').description('show, check, export or change a session file');
  does(group.command('show <session>').description('show its contents and results'), finish, (out, [path]) =>
    session.show(out, path as string),
  );
  does(
    group.command('check <session>').description('run all checks; exit code 1 if something is wrong'),
    finish,
    (out, [path]) => session.check(out, path as string),
  );
  does(
    group
      .command('texts <session>')
      .description('list the texts its runs have learnt, and which of them are in the file')
      .option('--put-in', 'store these texts in the session file')
      .option('--take-out', 'import the texts in the file on this machine'),
    finish,
    (out, [path, options]) => session.texts(out, path as string, options as session.TextOptions),
  );
  const importing = group
    .command('import-weights <session>')
    .description('replace the weights of an unfinished run: safetensors from this program or PyTorch')
    .requiredOption('--run <run>', 'by name or id')
    .requiredOption('--from <file>', 'file of weights; tensors are matched by name and shape');
  does(importing, finish, (out, [path, options]) =>
    session.weightsFrom(out, path as string, options as session.WeightsOptions),
  );
  const exporting = group
    .command('export <session>')
    .description('export tables, curves or weights: text to standard output, binary files next to the session')
    .addOption(new Option('--format <format>', 'export format').choices(exportFormats).default('csv'))
    .addHelpText('after', () => `\nFormats:\n${formatHelp()}`)
    .option('--out <path>', 'output file (for tensorboard a folder)')
    .option('--run <run...>', 'only these runs, by name or id')
    .option('--overwrite', 'replace an existing file')
    .option('--bom', 'start CSV with a byte order mark, so that Excel reads it as UTF-8');
  does(exporting, finish, (out, [path, options]) =>
    session.exportTo(out, path as string, options as session.ExportOptions),
  );
}

const formatHelp = (): string =>
  exportFormats.map((format) => `  ${format.padEnd(12)} ${exportKinds[format].words}`).join('\n');

function samples(program: Program, finish: Finish): void {
  const sampling = program
    .command('sample <session>')
    .description('write text with a trained run')
    .requiredOption('--run <run>', 'by name or id')
    .option('--prompt <text>', 'start of the text (default: the first held-out words)')
    .option('--step <n>', 'from this checkpoint (default: the latest weights)', within(limits.checkpointStep))
    .option('--length <n>', 'number of characters to write', within(limits.sampleLength), limits.sampleLength.default)
    .option('--temperature <t>', '0 = always the most probable', within(limits.temperature), limits.temperature.default)
    .option('--seed <n>', 'seed of the random numbers', within(limits.seed), limits.seed.default)
    .addOption(otherDataOption());
  does(sampling, finish, (out, [path, options]) => sample(out, path as string, options as SampleOptions));
}

function machine(program: Program, finish: Finish): void {
  does(program.command('doctor').description('show devices, versions, what is missing and why'), finish, (out) =>
    doctor(out),
  );
  const verifying = program
    .command('verify')
    .description('check gradients, devices against the reference, parallel against step, golden vectors')
    .option('--device <kind>', `auto, ${deviceKinds.join(', ')}`)
    .addOption(storageOption())
    .option('--golden <folder>', 'use the golden files in this folder instead of the built-in ones')
    .addOption(new Option('--only <what...>', 'run only these kinds of checks').choices(['op', 'model', 'golden']));
  does(verifying, finish, (out, [options]) => verify(out, options as VerifyOptions));
  const serving = program
    .command('serve')
    .description('serve the lab for a browser on this machine')
    .option('--port <n>', 'port (default: the next free one)', within(limits.port))
    .option('--open', 'open the browser');
  does(serving, finish, (out, [options]) => serve(out, options as ServeOptions));
  datasets(program, finish);
  runtimes(program, finish);
  const benching = program
    .command('bench [names...]')
    .description('run the benchmarks of a checkout')
    .option('--no-gate', 'skip the verification')
    .option('--set <name>', 'for "scaling": quick, default or long', 'default')
    .option('--spec <file>', 'for "scaling": what to measure, as JSON')
    .option('--stored', 'for "scaling": show the latest measurement');
  does(benching, finish, (out, [names, options]) => bench(out, names as readonly string[], options as BenchOptions));
}

function datasets(program: Program, finish: Finish): void {
  const texts = program.command('data').description('list, download and import training data');
  does(texts.command('list').description('list available and downloadable data'), finish, (out) => data.list(out));
  does(texts.command('download <id>').description('download an entry of the catalogue'), finish, (out, [id]) =>
    data.download(out, id as string),
  );
  does(texts.command('show <id>').description('show what a data set holds: columns, first rows'), finish, (out, [id]) =>
    data.show(out, id as string),
  );
  does(
    texts.command('rename <id> <title>').description('give your own data another title'),
    finish,
    (out, [id, title]) => data.rename(out, id as string, title as string),
  );
  does(texts.command('remove <id>').description('remove your own data and its file'), finish, (out, [id]) =>
    data.remove(out, id as string),
  );
  const taking = texts
    .command('import <path>')
    .description(
      'import a text (UTF-8 or UTF-16), a table (.csv, .tsv, .parquet), labelled series (UCR .tsv and .ts, .csv, .jsonl, .npy) or pictures (a folder of PNG files in a folder for each class, IDX, .npy)',
    )
    .option('--as-text', 'import a table as plain text instead of series or rows')
    .option('--as-table', 'import a table as rows of columns, even where it looks like labelled series');
  does(taking, finish, (out, [path, options]) => data.importFile(out, path as string, options as data.ImportOptions));
}

const runtimeArgument = (): Argument => new Argument('<runtime>', 'which one').choices(runtimeIds);

function runtimes(program: Program, finish: Finish): void {
  const group = program.command('runtime').description('libraries that compute beside the built-in devices');
  does(group.command('list').description('what is installed and what can be, or why not'), finish, (out) =>
    runtime.list(out),
  );
  const verbs = [
    ['add', 'fetch, unpack, compile and try it; kept in the data folder', runtime.add],
    ['check', 'load it and compute every operation against the reference', runtime.check],
    ['remove', 'take it out of the data folder', runtime.remove],
  ] as const;
  for (const [name, words, run] of verbs)
    does(group.command(name).description(words).addArgument(runtimeArgument()), finish, (out, [id]) =>
      run(out, id as RuntimeId),
    );
}

/** Runs one command line (without program and script). Resolves to the exit code; never exits the process itself. */
export async function main(argv: readonly string[]): Promise<number> {
  // Files created by the program are readable by their owner only.
  process.umask(0o077);
  let code: number = exitCodes.done;
  const program = new Program('minrnn')
    .description('Trains recurrent networks side by side and compares their loss, speed and memory.')
    .version(programVersion());
  // Commander would end the process on its own; its errors are treated as bad input like any other. Sub-commands inherit this when they are created.
  program.exitOverride();
  program.configureOutput({
    writeOut: (text) => void process.stdout.write(printableLines(text)),
    writeErr: (text) => void process.stderr.write(printableLines(text)),
  });
  const finish: Finish = (given) => (code = given);
  experiments(program, finish);
  sessions(program, finish);
  samples(program, finish);
  machine(program, finish);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      const problem = asAppError(error, 'minrnn');
      process.stderr.write(`${errorText(problem)}\n`);
      return exitCodeOf(problem.code);
    }
    return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
  }
  return code;
}
