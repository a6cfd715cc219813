// The op table, which a kernel module executes. Encodes commands into fixed-size entries of 32-bit words; README.md has the format.
// Must not depend on any op: kernels and arguments pass through.
import type { Argument, Command, Place } from './lowering.ts';
import { ARGUMENT_WORDS, ENTRY_WORDS, FLAG_BARRIER } from './opcodes.shared.ts';

const realToBits = new DataView(new ArrayBuffer(4));

/** What the words of an entry stand for in a device. */
export interface Words {
  /** Byte address of a place. */
  address(place: Place): number;
  /** Numbers of its kernels by name. */
  readonly opcodes: ReadonlyMap<string, number>;
}

function wordOf(argument: Argument, words: Words): number {
  if (argument === null) return 0;
  if (typeof argument === 'number') return argument | 0;
  if ('real' in argument) {
    realToBits.setFloat32(0, argument.real);
    return realToBits.getInt32(0);
  }
  if ('perPiece' in argument) return 0;
  return words.address(argument) | 0;
}

/** Writes one entry at entry number `index` of `table`. */
export function encodeEntry(table: Int32Array, index: number, command: Command, barrier: boolean, words: Words): void {
  const { kernel } = command;
  const opcode = words.opcodes.get(kernel);
  if (opcode === undefined)
    throw new Error(`op table: kernel ${kernel} must be named in the record of an op (kernels.cpu)`);
  if (command.args.length > ARGUMENT_WORDS) {
    throw new Error(`op table: kernel ${kernel} may have ${ARGUMENT_WORDS} arguments, got ${command.args.length}`);
  }
  const start = index * ENTRY_WORDS;
  table[start] = opcode;
  table[start + 1] = command.units;
  table[start + 2] = barrier ? FLAG_BARRIER : 0;
  table[start + 3] = 0;
  command.args.forEach((argument, i) => {
    table[start + 4 + i] = wordOf(argument, words);
  });
}
