// A command as one record: name, help, what it takes, what it does. From it follow the types of its values, the help and the refusals. A command
// resolves to its exit code, and rejects with AppFailure for what a person can act on.
import { Argument, Option, type Command as Program } from 'commander';
import { AppFailure, asAppError } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import { openConsole, type Console } from './console.ts';
import { exitCodeOf } from './exit-codes.ts';
import { helpOf, nameOf } from './usage.ts';
import type { Options, Typed, ValueOf, Values } from './typed.ts';

export type Command<Given extends readonly unknown[]> = (out: Console, ...given: Given) => Promise<number>;

/** What a command is called with: the values of its arguments, then those of its options. */
type Given<A extends readonly Typed<unknown>[], O> = readonly [...{ [K in keyof A]: ValueOf<A[K]> }, Values<O>];

interface Declaration<A extends readonly Typed<unknown>[], O extends Options> {
  readonly name: string;
  readonly help: string;
  /** Below the options in its help. */
  readonly more?: () => string;
  readonly takes: A;
  readonly options: O;
  readonly run: (out: Console, ...given: Given<A, O>) => Promise<number>;
}

type Finish = (code: number) => void;

/** A command, or a group of them, that can be added to a program. */
export type Added = (to: Program, finish: Finish) => void;

const withHyphens = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const flagOf = (name: string, { value, off }: Typed<unknown>): string =>
  `--${off ? 'no-' : ''}${withHyphens(name)}${value === null ? '' : ` ${value}`}`;

/** Commander only collects the texts: they are read, with their choices, by their own record. */
function optionOf(name: string, typed: Typed<unknown>): Option {
  const option = new Option(flagOf(name, typed), typed.help);
  if (typed.choices.length > 0) option.choices(typed.choices);
  option.argParser((text: string, before: unknown) =>
    option.variadic ? [...(Array.isArray(before) ? before.map(String) : []), text] : text,
  );
  return typed.usual === null ? option : option.default(typed.usual);
}

function argumentOf(typed: Typed<unknown>): Argument {
  const argument = new Argument(typed.value ?? '', typed.help);
  if (typed.choices.length > 0) argument.choices(typed.choices);
  argument.argParser((text: string, before: unknown) =>
    argument.variadic ? [...(Array.isArray(before) ? before.map(String) : []), text] : text,
  );
  return argument;
}

function read<T>(typed: Typed<T>, text: unknown, name: string, program: Program): T {
  const found = typed.read(text, name);
  if ('value' in found) return found.value;
  throw new AppFailure({
    code: 'bad-input',
    message: say`${asIs(nameOf(program))}: ${found.problem}`,
    field: name,
    cure: helpOf(program),
  });
}

/** The values in the order of the declaration; the types hold because each is read by its own record. */
function givenTo<A extends readonly Typed<unknown>[], O extends Options>(
  program: Program,
  { takes, options }: Declaration<A, O>,
): Given<A, O> {
  const texts: readonly unknown[] = program.processedArgs;
  const typed = program.opts<Readonly<Record<string, unknown>>>();
  const args = takes.map((one, i) => read(one, texts[i], one.value ?? '', program));
  const named = Object.entries(options).map(([name, one]) => [
    name,
    read(one, typed[name], flagOf(name, { ...one, value: null }), program),
  ]);
  return [...args, Object.fromEntries(named)] as unknown as Given<A, O>;
}

export const command =
  <const A extends readonly Typed<unknown>[], const O extends Options>(declared: Declaration<A, O>): Added =>
  (to, finish) => {
    const program = to.command(declared.name).description(declared.help);
    for (const one of declared.takes) program.addArgument(argumentOf(one));
    for (const [name, one] of Object.entries(declared.options)) program.addOption(optionOf(name, one));
    if (declared.more) program.addHelpText('after', declared.more);
    program.option('--json', 'print JSON instead of tables');
    program.action(async () => {
      const out = openConsole(program.opts<{ json?: boolean }>().json === true);
      try {
        finish(await declared.run(out, ...givenTo(program, declared)));
      } catch (error) {
        const problem = asAppError(error, 'minrnn');
        out.problem(problem);
        finish(exitCodeOf(problem.code));
      }
    });
  };

/** Commands under one name: `session show`. */
export const group =
  (name: string, help: string, commands: readonly Added[]): Added =>
  (to, finish) => {
    const program = to.command(name).description(help);
    for (const add of commands) add(program, finish);
  };
