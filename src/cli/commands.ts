// Every command of the command line: its name, its help and what it takes.
import { runtimeIds } from '../protocol/runtimes.ts';
import { command, group, type Added } from './command.ts';
import { bench } from './commands/bench.ts';
import { benchOptions } from './commands/bench-scaling.ts';
import * as data from './commands/data.ts';
import { doctor } from './commands/doctor.ts';
import { fork, forkOptions } from './commands/fork.ts';
import { merge, mergeOptions } from './commands/merge.ts';
import { plan } from './commands/plan.ts';
import { profile, profileOptions } from './commands/profile.ts';
import { race, raceOptions } from './commands/race.ts';
import { reproduce, reproduceOptions } from './commands/reproduce.ts';
import { resume, resumeOptions } from './commands/resume.ts';
import * as runtime from './commands/runtime.ts';
import { sample, sampleOptions } from './commands/sample.ts';
import { serve, serveOptions } from './commands/serve.ts';
import * as session from './commands/session.ts';
import { sweep, sweepOptions } from './commands/sweep.ts';
import { tasks } from './commands/tasks.ts';
import { verify, verifyOptions } from './commands/verify.ts';
import { experimentOptions } from './options.ts';
import { choice, needed, noneOr, several, text } from './typed.ts';

const file = needed(text('<file>', 'an experiment'));
const sessionFile = needed(text('<session>', 'a session file'));

const experiments: readonly Added[] = [
  command({
    name: 'plan',
    help: 'show parameters, FLOPs and exact memory of each variant without running it',
    takes: [file],
    options: experimentOptions,
    run: plan,
  }),
  command({
    name: 'profile',
    help: 'show the time of each op in a training step, for each variant',
    takes: [file],
    options: profileOptions,
    run: profile,
  }),
  command({
    name: 'race',
    help: 'train every run of an experiment into a session file',
    takes: [file],
    options: raceOptions,
    run: race,
  }),
  command({
    name: 'resume',
    help: 'continue runs that were paused, stopped or interrupted',
    takes: [sessionFile],
    options: resumeOptions,
    run: resume,
  }),
  command({
    name: 'fork',
    help: 'create a run with the settings of another, from its checkpoint or from a file of weights',
    takes: [sessionFile],
    options: forkOptions,
    run: fork,
  }),
  command({
    name: 'sample',
    help: 'write text with a trained run, or show its last answers to held-out examples',
    takes: [sessionFile],
    options: sampleOptions,
    run: sample,
  }),
];

const reproductions = command({
  name: 'reproduce',
  help: 'run a published table or figure, with its numbers beside ours and a verdict on each part of its claim',
  takes: [text('[name]', 'which one; none = the list')],
  options: reproduceOptions,
  run: reproduce,
});

const sweeps = command({
  name: 'sweep',
  help: 'train the trials of an experiment with a sweep: a grid, random search, or successive halving; goes on where it was',
  takes: [file],
  options: sweepOptions,
  run: sweep,
});

const sessions = group('session', 'show, check, export or change a session file', [
  command({
    name: 'show',
    help: 'show its contents and results',
    takes: [sessionFile],
    options: {},
    run: session.show,
  }),
  command({
    name: 'check',
    help: 'run all checks; exit code 1 if something is wrong',
    takes: [sessionFile],
    options: {},
    run: session.check,
  }),
  command({
    name: 'texts',
    help: 'list the texts its runs have learnt, and which of them are in the file',
    takes: [sessionFile],
    options: session.textOptions,
    run: session.texts,
  }),
  command({
    name: 'import-weights',
    help: 'replace the weights of an unfinished run: safetensors from this program or PyTorch',
    takes: [sessionFile],
    options: session.weightsOptions,
    run: session.weightsFrom,
  }),
  command({
    name: 'export',
    help: 'export tables, curves or weights: text to standard output, binary files next to the session',
    more: session.formatHelp,
    takes: [sessionFile],
    options: session.exportOptions,
    run: session.exportTo,
  }),
  command({
    name: 'merge',
    help: 'put the runs of several sessions into a new one; the files are only read',
    takes: [needed(several('<sessions...>', 'two or more session files'))],
    options: mergeOptions,
    run: merge,
  }),
]);

const dataId = needed(text('<id>', 'as in the list'));
const dataSets = group('data', 'list, download and import training data', [
  command({ name: 'list', help: 'list available and downloadable data', takes: [], options: {}, run: data.list }),
  command({
    name: 'download',
    help: 'download an entry of the catalogue',
    takes: [dataId],
    options: {},
    run: data.download,
  }),
  command({
    name: 'show',
    help: 'show what a data set holds: columns, first rows',
    takes: [dataId],
    options: {},
    run: data.show,
  }),
  command({
    name: 'rename',
    help: 'give your own data another title',
    takes: [dataId, needed(text('<title>', 'the new one'))],
    options: {},
    run: data.rename,
  }),
  command({
    name: 'remove',
    help: 'remove your own data and its file',
    takes: [dataId],
    options: {},
    run: data.remove,
  }),
  command({
    name: 'import',
    help: 'import a text (UTF-8 or UTF-16), a table (.csv, .tsv, .parquet), labelled series (UCR .tsv and .ts, .csv, .jsonl, .npy) or pictures (a folder of PNG files in a folder for each class, IDX, .npy)',
    takes: [needed(text('<path>', 'a file'))],
    options: data.importOptions,
    run: data.importFile,
  }),
]);

const takes = [needed(choice('<runtime>', 'which one', runtimeIds))] as const;
const runtimes = group('runtime', 'libraries that compute beside the built-in devices', [
  command({
    name: 'list',
    help: 'what is installed and what can be, or why not',
    takes: [],
    options: {},
    run: runtime.list,
  }),
  command({
    name: 'add',
    help: 'fetch, unpack, compile and try it; kept in the data folder',
    takes,
    options: {},
    run: runtime.add,
  }),
  command({
    name: 'check',
    help: 'compute every operation and a training step against the reference, and time a step; of all that is built in when none is named',
    takes: [choice('[runtime]', 'which one; none = what is built in', runtimeIds)],
    options: {},
    run: runtime.check,
  }),
  command({ name: 'remove', help: 'take it out of the data folder', takes, options: {}, run: runtime.remove }),
]);

export const commands: readonly Added[] = [
  ...experiments,
  sweeps,
  reproductions,
  sessions,
  command({
    name: 'doctor',
    help: 'show devices, versions, what is missing and why',
    takes: [],
    options: {},
    run: doctor,
  }),
  command({
    name: 'verify',
    help: 'check gradients, devices against the reference, parallel against step, golden vectors',
    takes: [],
    options: verifyOptions,
    run: verify,
  }),
  command({
    name: 'serve',
    help: 'serve the lab for a browser on this machine',
    takes: [],
    options: serveOptions,
    run: serve,
  }),
  command({
    name: 'tasks',
    help: 'list what can be learned; of one task its settings and their ranges',
    takes: [text('[task]', 'its id')],
    options: {},
    run: tasks,
  }),
  dataSets,
  runtimes,
  command({
    name: 'bench',
    help: 'run the benchmarks of a checkout',
    takes: [noneOr(several('[names...]', 'which ones (default: all)'))],
    options: benchOptions,
    run: bench,
  }),
];
