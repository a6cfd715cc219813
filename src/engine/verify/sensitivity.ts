// Sensitivity of the results of a case to its inputs: the change by one float32 rounding of every input, on the reference device. A cell
// with a recurrent matrix multiplies errors by that matrix at every step, so a fixed tolerance does not work: with large weights over many
// steps a float32 device may be off by a thousand roundings and still be correct.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { referenceDevice } from '../device/reference/index.ts';
import type { Program } from '../graph/graph.ts';

/** One ulp of float32 at 1, up or down: twice the largest error of rounding an input to float32. */
const ulp = 2 ** -23;
const draws = 4;

/** Largest change of each result over some draws of such roundings; `written` are the inputs and weights by variable. */
export async function sensitivityOf(
  program: Program,
  entry: string,
  written: ReadonlyMap<string, readonly number[]>,
  results: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const executable = await referenceDevice.compile(program, { threads: 1 });
  const moving = program.variables.filter(({ name, type }) => written.has(name) && type.dtype === 'f32');
  const run = async (): Promise<ReadonlyMap<string, Float64Array>> => {
    executable.run(entry);
    const found = new Map<string, Float64Array>();
    for (const name of results) found.set(name, Float64Array.from(await executable.read(name)));
    return found;
  };
  for (const { name } of program.variables) executable.write(name, written.get(name) ?? (await executable.read(name)));
  const exact = await run();
  const changes = new Map<string, number>();
  for (let draw = 0; draw < draws; draw++) {
    for (const { name } of moving) {
      const random = new RandomStream(draw, `sensitivity/${name}`);
      const given = written.get(name) ?? [];
      executable.write(
        name,
        given.map((value) => value * (1 + (random.below(2) === 0 ? ulp : -ulp))),
      );
    }
    for (const [name, values] of await run()) {
      const want = exact.get(name) ?? values;
      const change = values.reduce((most, value, i) => Math.max(most, Math.abs(value - itemAt(want, i))), 0);
      changes.set(name, Math.max(changes.get(name) ?? 0, change));
    }
  }
  await executable.dispose();
  return changes;
}
