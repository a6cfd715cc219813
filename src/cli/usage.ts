// A command line that cannot be read: commander finds what is wrong, and the sentence is ours, like that of any other bad input.
import { Command as Program } from 'commander';
import { AppFailure } from '../engine/core/result.ts';
import { asIs, type Message, say } from '../engine/core/say.ts';
import { nearest } from '../engine/spec/nearest.ts';

/** `session export`; `minrnn` for the program itself. */
export function nameOf(program: Program): string {
  const above = program.parent;
  return above === null || above.parent === null ? program.name() : `${nameOf(above)} ${program.name()}`;
}

export const helpOf = (program: Program): Message => {
  const path = program.parent === null ? program.name() : `minrnn ${nameOf(program)}`;
  return say`"${asIs(path)} --help" lists what it takes.`;
};

const quoted = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? '';

const guess = (wrong: string, known: readonly string[]): Message | null => {
  const found = nearest(wrong, known);
  return found === null ? null : say`Did you mean ${asIs(found)}?`;
};

/** What commander found: the sentence, and the cure if there is a better one than the help. */
function found(
  program: Program,
  code: string,
  message: string,
): { readonly words: Message; readonly cure: Message | null } {
  const what = quoted(message);
  const options = program.options.map(({ long }) => long).filter((long) => typeof long === 'string');
  switch (code) {
    case 'commander.unknownOption':
      return { words: say`there is no option ${asIs(what)}`, cure: guess(what, options) };
    case 'commander.unknownCommand': {
      const known = program.commands.map((one) => one.name());
      return { words: say`there is no command ${asIs(what)}`, cure: guess(what, known) };
    }
    case 'commander.missingArgument':
      return { words: say`<${asIs(what)}> is required, got none`, cure: null };
    case 'commander.optionMissingArgument':
      return { words: say`${asIs(what)} must have a value, got none`, cure: null };
    case 'commander.excessArguments': {
      const most = program.registeredArguments.length;
      const some = most === 1 ? say`one argument` : say`${most} arguments`;
      return { words: say`${some} at most, got ${program.args.length}`, cure: null };
    }
    default:
      return { words: say`${asIs(message)}`, cure: null };
  }
}

/** The program and all its commands: a mistake in the command line is an AppFailure. */
export class CommandLine extends Program {
  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
  }

  override error(message: string, options?: { readonly code?: string }): never {
    const { words, cure } = found(this, options?.code ?? '', message.replace(/^error: /, ''));
    throw new AppFailure({
      code: 'bad-input',
      message: say`${asIs(nameOf(this))}: ${words}`,
      cure: cure ?? helpOf(this),
    });
  }
}
