// What a person types becomes values of the declared types, or one sentence of ours; nothing that follows sees a text again.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { minrnn } from '../../tests/support/command-line.ts';
import { profileSteps } from '../engine/spec/limits.ts';
import { command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { choice, flag, needed, noneOr, number, several, severalOf, text, unless, usually } from './typed.ts';
import { CommandLine } from './usage.ts';

/** Declares a command with an option of each kind and returns what it is called with. */
async function given(...argv: string[]): Promise<unknown> {
  let seen: unknown = 'not called';
  const program = new CommandLine('minrnn').exitOverride().configureOutput({ writeOut: () => undefined });
  const declared = command({
    name: 'try',
    help: 'tries',
    takes: [needed(text('<file>', 'a file')), noneOr(several('[more...]', 'others'))],
    options: {
      plainText: text('<text>', 'any text'),
      steps: usually(number('<n>', 'a number', profileSteps), 7),
      mode: choice('<mode>', 'a choice', ['race', 'queue']),
      only: severalOf('<what...>', 'several choices', ['op', 'model']),
      overwrite: flag('a switch'),
      gate: unless('a switch that is on'),
    },
    run: (_, file, more, options) => {
      expectTypeOf(file).toEqualTypeOf<string>();
      expectTypeOf(more).toEqualTypeOf<readonly string[]>();
      expectTypeOf(options).toEqualTypeOf<{
        readonly plainText: string | undefined;
        readonly steps: number;
        readonly mode: 'race' | 'queue' | undefined;
        readonly only: readonly ('op' | 'model')[] | undefined;
        readonly overwrite: boolean;
        readonly gate: boolean;
      }>();
      seen = { file, more, ...options };
      return Promise.resolve(exitCodes.done);
    },
  });
  declared(program, () => undefined);
  await program.parseAsync(['try', ...argv], { from: 'user' });
  return seen;
}

describe('declared options', () => {
  it('have their types and their usual values', async () => {
    expect(await given('a')).toEqual({
      file: 'a',
      more: [],
      plainText: undefined,
      steps: 7,
      mode: undefined,
      only: undefined,
      overwrite: false,
      gate: true,
    });
    const all = ['--plain-text', '5', '--steps', '1e1', '--mode', 'queue', '--only', 'op', 'model', '--overwrite'];
    expect(await given('a', 'b', 'c', ...all, '--no-gate')).toEqual({
      file: 'a',
      more: ['b', 'c'],
      plainText: '5',
      steps: 10,
      mode: 'queue',
      only: ['op', 'model'],
      overwrite: true,
      gate: false,
    });
  });
});

describe('a command line that cannot be read', () => {
  it.each([
    ['plan', [], 'plan: <file> is required, got none\n  "minrnn plan --help" lists what it takes.'],
    ['race', ['x'], 'race: --session <path> is required, got none.\n  "minrnn race --help" lists what it takes.'],
    ['race', ['x', '--sesion', 'y'], 'race: there is no option --sesion\n  Did you mean --session?'],
    ['rase', ['x'], 'minrnn: there is no command rase\n  Did you mean race?'],
    ['plan', ['x', 'y'], 'plan: one argument at most, got 2\n  "minrnn plan --help" lists what it takes.'],
    ['profile', ['x', '--steps'], 'profile: --steps <n> must have a value, got none\n  "minrnn profile --help"'],
    ['profile', ['x', '--steps', '0'], 'profile: --steps must be a whole number from 1 to'],
    [
      'plan',
      ['x', '--mode', 'rase'],
      'plan: --mode must be one of race, queue, parallel, got "rase". Did you mean race?',
    ],
    ['plan', ['x', '--seeds', '3..1'], 'plan: --seeds must go upwards, as 1..3, got "3..1" in "3..1".'],
    [
      'plan',
      ['x', '--budget', '5'],
      'plan: --budget must be an amount with its unit, as 500steps, 30s or 1000000tokens',
    ],
    ['plan', ['x', '--threads', '0,5'], 'plan: --threads "0,5": a point is the decimal mark here. Write 0.5'],
    ['session', ['export', 'x', '--format', 'cvs'], 'session export: --format must be one of csv, '],
    ['session', ['exprt', 'x'], 'session: there is no command exprt\n  Did you mean export?'],
    [
      'runtime',
      ['add', 'tensorflo'],
      'runtime add: <runtime> must be one of tensorflow, tensorflow-gpu, got "tensorflo".',
    ],
    [
      'verify',
      ['--only', 'op', 'modle'],
      'verify: --only must be one of op, model, golden, got "modle". Did you mean model?',
    ],
  ])('%s %j: one sentence with the command, what is needed and what came', async (name, rest, words) => {
    const said = await minrnn(name, ...rest);
    expect(said.err).toContain(words);
    expect(said.err).not.toContain('error:');
    expect(said).toMatchObject({ code: exitCodes.badInput, out: '' });
  });

  it('is a document with --json, like every other failure', async () => {
    const said = await minrnn('race', 'x', '--sesion', 'y', '--json');
    expect(JSON.parse(said.out)).toMatchObject({ error: { code: 'bad-input', cure: 'Did you mean --session?' } });
  });

  it('help lists values, choices and what is usual', async () => {
    const { out, code } = await minrnn('session', 'export', '--help');
    expect(code).toBe(exitCodes.done);
    expect(out).toMatch(/--format <format>\s+export format \(choices: "csv",[^)]*default: "csv"\)/);
    expect(out).toContain('Formats:');
    expect((await minrnn('profile', '--help')).out).toMatch(
      /--steps <n>\s+number of steps to measure \(default:\s+\d+\)/,
    );
  });
});
