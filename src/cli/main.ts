// The command line: the same program as `bin/minrnn.mjs`. Declares the commands and turns failures into messages and an exit code.
import { english } from '../engine/core/say.ts';
import { Command as Program, CommanderError, InvalidArgumentError, Option } from 'commander';
import { printableLines } from '../engine/core/printable.ts';
import { asAppError } from '../engine/core/result.ts';
import { mostRuns } from '../engine/spec/grid-size.ts';
import { rangeOf } from '../engine/spec/field-check.ts';
import type { FloatField, IntField } from '../engine/spec/fields.ts';
import * as limits from '../engine/spec/limits.ts';
import type { Budget, RaceMode } from '../engine/spec/run-spec.ts';
import { numberWords, readNumber } from '../engine/spec/number-text.ts';
import { readSeeds, seedEnd, type SeedProblem } from '../engine/spec/seeds.ts';
import { threadsHere } from '../lab/catalogue.ts';
import { programVersion } from '../lab/entries.ts';
import { exportFormats, exportKinds } from '../protocol/export-kinds.ts';
import { bench, type BenchOptions } from './commands/bench.ts';
import { deviceInfos, deviceKinds } from '../engine/device/registry.ts';
import { moduleNames, storageNames } from '../engine/spec/catalogue.ts';
import * as data from './commands/data.ts';
import { fork, type ForkOptions } from './commands/fork.ts';
import { doctor } from './commands/doctor.ts';
import { plan } from './commands/plan.ts';
import { profile, type ProfileOptions } from './commands/profile.ts';
import { race, type RaceOptions } from './commands/race.ts';
import { resume, type ResumeOptions } from './commands/resume.ts';
import { sample, type SampleOptions } from './commands/sample.ts';
import { serve, type ServeOptions } from './commands/serve.ts';
import * as session from './commands/session.ts';
import { verify, type VerifyOptions } from './commands/verify.ts';
import { openConsole, type Console } from './console.ts';
import type { Overrides } from './experiment-file.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { errorText } from './show.ts';

/** A number that its field allows; otherwise an error that names the option. */
const within =
  (field: IntField | FloatField) =>
  (text: string): number => {
    const read = readNumber(text);
    if ('problem' in read && read.problem.kind !== 'form')
      throw new InvalidArgumentError(english(numberWords('It', read.problem, '')));
    if ('value' in read && limits.allows(field, read.value)) return read.value;
    throw new InvalidArgumentError(`It must be ${english(rangeOf(field))}, got "${text}".`);
  };

const seedProblems: Readonly<Record<SeedProblem, string>> = {
  form: 'It must be a range as 1..3 or a list as 1,2,5',
  order: 'A range must go upwards, as 1..3',
  size: `A seed must be at most ${seedEnd - 1}`,
  many: `There must be at most ${mostRuns} seeds`,
  twice: 'Each seed must come once',
};

function seedList(text: string): readonly number[] {
  const read = readSeeds(text);
  if ('seeds' in read) return read.seeds;
  throw new InvalidArgumentError(`${seedProblems[read.problem]}, got "${read.part}" in "${text}".`);
}

/** `500 steps`, `30s`, `1000000tokens`. */
function budgetOf(text: string): Budget {
  const match = /^(.+?)\s*(steps|tokens|seconds|s)$/.exec(text.trim());
  const read = readNumber(match?.[1] ?? '');
  if ('problem' in read && read.problem.kind !== 'form')
    throw new InvalidArgumentError(english(numberWords('It', read.problem, '')));
  const amount = 'value' in read ? read.value : 0;
  const unit = match?.[2] === 's' ? 'seconds' : match?.[2];
  if ((unit === 'steps' || unit === 'tokens' || unit === 'seconds') && amount > 0) return { unit, amount };
  throw new InvalidArgumentError(
    `It must be an amount with its unit, as 500steps, 30s or 1000000tokens, got "${text}".`,
  );
}

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

/** Kinds of the devices that have a choice of something: `cpu`, or `cpu, gpu`. */
const having = (what: (info: (typeof deviceInfos)[number]) => readonly unknown[]): string =>
  deviceInfos
    .filter((info) => what(info).length > 1)
    .map(({ kind }) => kind)
    .join(', ');

const storageOption = (): Option =>
  new Option('--storage <storage>', `how ${having(({ storages }) => storages)} stores large activations`).choices(
    storageNames(deviceInfos),
  );

const otherDataOption = (): Option =>
  new Option(
    '--other-data',
    'go on with the text of this name although it is not the one that was learnt; marks the run',
  );

const deviceOptions = (program: Program): Program =>
  program
    .option('--device <kind>', `auto, ${deviceKinds.join(', ')}; overrides the experiment`)
    .option('--threads <n>', '0 = as many as the machine has', within(threadsHere()))
    .addOption(
      new Option('--module <module>', `kernel module of ${having(({ modules }) => modules)}`).choices([
        'auto',
        ...moduleNames(deviceInfos),
      ]),
    )
    .addOption(storageOption());

const experimentOptions = (program: Program): Program =>
  deviceOptions(program)
    .addOption(
      new Option('--mode <mode>', 'race: in turns; queue: one after the other; parallel: at once').choices([
        'race',
        'queue',
        'parallel',
      ] satisfies RaceMode[]),
    )
    .option('--seeds <seeds>', 'as 1..3 or 1,2,5', seedList)
    .option('--budget <amount>', 'as 500steps, 30s or 1000000tokens', budgetOf);

function experiments(program: Program, finish: Finish): void {
  does(
    experimentOptions(
      program
        .command('plan <file>')
        .description('parameters, FLOPs and exact memory of each variant, before anything runs'),
    ),
    finish,
    (out, [file, options]) => plan(out, file as string, options as Overrides),
  );
  const profiling = deviceOptions(
    program.command('profile <file>').description('where the time of a training step goes, op by op, for each variant'),
  )
    .option('--steps <n>', 'steps to measure', within(limits.profileSteps), limits.profileSteps.default)
    .option('--nodes', 'each op of the network for itself');
  does(profiling, finish, (out, [file, options]) => profile(out, file as string, options as ProfileOptions));
  const racing = experimentOptions(
    program.command('race <file>').description('train every run of an experiment into a session file'),
  )
    .requiredOption('--session <path>', 'the session file to write')
    .option('--overwrite', 'replace a session that is there')
    .option('--with-data', 'put the text into the session, so that it travels along');
  does(racing, finish, (out, [file, options]) => race(out, file as string, options as RaceOptions));
  const resuming = program
    .command('resume <session>')
    .description('go on with what was paused, stopped or cut off')
    .option('--run <run...>', 'only these, by name or id')
    .addOption(otherDataOption());
  does(resuming, finish, (out, [path, options]) => resume(out, path as string, options as ResumeOptions));
  const forking = program
    .command('fork <session>')
    .description('a new run with the settings of another, from its checkpoint or from weights in a file')
    .requiredOption('--run <run>', 'by name or id')
    .option('--step <n>', 'from the checkpoint of this step', within(limits.checkpointStep))
    .option('--weights <file>', "at step 0 with these weights: safetensors of this program's or of PyTorch's")
    .option('--name <name>', 'of the new run')
    .option('--learning-rate <rate>', 'another one than that run had', within(limits.learningRate))
    .addOption(otherDataOption());
  does(forking, finish, (out, [path, options]) => fork(out, path as string, options as ForkOptions));
}

function sessions(program: Program, finish: Finish): void {
  const group = program.command('session').description('look into a session file');
  does(group.command('show <session>').description('what is in it, with the results'), finish, (out, [path]) =>
    session.show(out, path as string),
  );
  does(
    group.command('check <session>').description('every check there is; exit code 1 when something is wrong'),
    finish,
    (out, [path]) => session.check(out, path as string),
  );
  does(
    group
      .command('texts <session>')
      .description('which texts its runs have learnt, and which of them lie in the file')
      .option('--put-in', 'put them into the file, so that they travel along')
      .option('--take-out', 'take those in the file in as texts of this machine'),
    finish,
    (out, [path, options]) => session.texts(out, path as string, options as session.TextOptions),
  );
  const importing = group
    .command('import-weights <session>')
    .description("other weights for a run that has not finished: safetensors of this program's or of PyTorch's")
    .requiredOption('--run <run>', 'by name or id')
    .requiredOption('--from <file>', 'tensors find their places by name and shape');
  does(importing, finish, (out, [path, options]) =>
    session.weightsFrom(out, path as string, options as session.WeightsOptions),
  );
  const exporting = group
    .command('export <session>')
    .description('tables, curves, weights for other programs: texts to standard output, bytes beside the session')
    .addOption(new Option('--format <format>', 'what to write').choices(exportFormats).default('csv'))
    .addHelpText('after', () => `\nFormats:\n${formatHelp()}`)
    .option('--out <path>', 'this file (a folder for tensorboard) instead')
    .option('--run <run...>', 'only these, by name or id')
    .option('--overwrite', 'replace a file that is there')
    .option('--bom', 'CSV that Excel reads as UTF-8: begins with a byte order mark');
  does(exporting, finish, (out, [path, options]) =>
    session.exportTo(out, path as string, options as session.ExportOptions),
  );
}

const formatHelp = (): string =>
  exportFormats.map((format) => `  ${format.padEnd(12)} ${exportKinds[format].words}`).join('\n');

function samples(program: Program, finish: Finish): void {
  const sampling = program
    .command('sample <session>')
    .description('text from a trained run')
    .requiredOption('--run <run>', 'by name or id')
    .option('--prompt <text>', 'where to begin (default: the first words held out of its text)')
    .option('--step <n>', 'by its checkpoint of this step (default: as it stands)', within(limits.checkpointStep))
    .option('--length <n>', 'characters to write', within(limits.sampleLength), limits.sampleLength.default)
    .option('--temperature <t>', '0 = always the likeliest', within(limits.temperature), limits.temperature.default)
    .option('--seed <n>', 'of the draws', within(limits.seed), limits.seed.default)
    .addOption(otherDataOption());
  does(sampling, finish, (out, [path, options]) => sample(out, path as string, options as SampleOptions));
}

function machine(program: Program, finish: Finish): void {
  does(program.command('doctor').description('devices, threads, versions, what is missing and why'), finish, (out) =>
    doctor(out),
  );
  const verifying = program
    .command('verify')
    .description('gradients, device against reference, parallel against step, golden vectors')
    .option('--device <kind>', `auto, ${deviceKinds.join(', ')}`)
    .addOption(storageOption())
    .option('--golden <folder>', 'folder of golden files to take instead of the own ones')
    .addOption(new Option('--only <what...>', 'leave out the rest').choices(['op', 'model', 'golden']));
  does(verifying, finish, (out, [options]) => verify(out, options as VerifyOptions));
  const serving = program
    .command('serve')
    .description('the lab in a browser on this machine')
    .option('--port <n>', 'default: the next free one', within(limits.port))
    .option('--open', 'open the browser');
  does(serving, finish, (out, [options]) => serve(out, options as ServeOptions));
  const texts = program.command('data').description('texts to learn');
  does(texts.command('list').description('what is here and what can be fetched'), finish, (out) => data.list(out));
  does(texts.command('download <id>').description('fetch an entry of the catalogue'), finish, (out, [id]) =>
    data.download(out, id as string),
  );
  const taking = texts
    .command('import <path>')
    .description(
      'take in a text (UTF-8 or UTF-16), labelled series (UCR .tsv and .ts, .csv, .jsonl, .npy) or pictures (IDX, .npy)',
    )
    .option('--as-text', 'the letters of a table and not its series');
  does(taking, finish, (out, [path, options]) => data.importFile(out, path as string, options as data.ImportOptions));
  const benching = program
    .command('bench [names...]')
    .description('measurements of a checkout')
    .option('--no-gate', 'do not verify first')
    .option('--set <name>', 'for "scaling": quick, default or long', 'default')
    .option('--spec <file>', 'for "scaling": what to measure, as JSON')
    .option('--stored', 'for "scaling": show what was measured last');
  does(benching, finish, (out, [names, options]) => bench(out, names as readonly string[], options as BenchOptions));
}

/** Runs one command line (without program and script). Resolves to the exit code; never exits the process itself. */
export async function main(argv: readonly string[]): Promise<number> {
  // Files created by the program are readable by their owner only.
  process.umask(0o077);
  let code: number = exitCodes.done;
  const program = new Program('minrnn')
    .description('Trains minimal and classic recurrent networks side by side and measures them honestly.')
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
