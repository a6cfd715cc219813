// The check for everything recurrent, a mixer or a whole stack: all its forms are the same function with the same gradient.
//   forms agree        every implementation = the step form unrolled: outputs, final state, every gradient
//   chunks             a sequence cut in two with the state carried = the sequence in one piece
//   start              no state given = the starting state given
//   differences        gradients = central differences, in float64
//   device             another device = reference
// Independent of the test runner: results are returned as comparisons.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import type { Program, Variable } from '../graph/graph.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { checkOptions, isHalf, titleOf, type DeviceUnderTest } from './check-op.ts';
import { compare, largest, passed, type Comparison } from './compare.ts';
import { buildAll, definition, stateName, type Entry, type Recurrence } from './recurrence-program.ts';
import { centralDifferenceTolerance } from './tolerances.ts';

export type Check = 'forms agree' | 'chunks' | 'start' | 'differences' | 'device';

export interface CheckedGroup {
  readonly check: Check;
  readonly form: string;
  readonly device: string;
  readonly comparisons: readonly Comparison[];
}

/** Float64 forms of one function: rounding over T steps, and exp and log in the log-space form. */
export const formTolerance = 1e-9;

/** Compares all forms on the reference device, and the given devices with it. */
export async function checkRecurrence(
  recurrence: Recurrence,
  devices: readonly DeviceUnderTest[],
): Promise<CheckedGroup[]> {
  const { program, entries } = buildAll(recurrence);
  const reference = await referenceDevice.compile(program, { threads: 1, poison: true });
  writeAll(reference, program, recurrence);
  const want = await runAll(reference, entries);
  const groups = compareForms(recurrence, want);
  if (recurrence.rounds === true) {
    await reference.dispose();
    return groups;
  }
  groups.push(await differences(recurrence, program, reference, want));
  await reference.dispose();
  for (const under of devices) {
    const executable = await under.device.compile(program, { ...checkOptions(under.options), poison: true });
    writeAll(executable, program, recurrence);
    groups.push(...compareDevice(recurrence, want, await runAll(executable, entries), under));
    await executable.dispose();
  }
  return groups;
}

type Results = ReadonlyMap<string, Float64Array>;

async function runAll(executable: Executable, entries: readonly Entry[]): Promise<Results> {
  const results = new Map<string, Float64Array>();
  for (const { name, results: names } of entries) {
    executable.run(name);
    for (const variable of names) results.set(variable, Float64Array.from(await executable.read(variable)));
  }
  return results;
}

function writeAll(executable: Executable, program: Program, recurrence: Recurrence): void {
  for (const variable of program.variables) {
    if (variable.role === 'weight') executable.write(variable.name, startingValues(variable, 3));
    if (variable.role === 'input') executable.write(variable.name, drawn(variable, recurrence));
  }
}

/** Inputs exact in float32; states that are positive by definition stay so. */
function drawn({ name, type }: Variable, { name: who, slots, vocabulary }: Recurrence): Float64Array {
  const random = new RandomStream(5, `${who}/${name}`);
  const positive = slots.some((slot, i) => stateName(i) === name && slot.positive === true);
  return Float64Array.from({ length: sizeOf(type.shape) }, () => {
    if (type.dtype === 'i32') return random.below(vocabulary);
    return Math.fround(positive ? 0.1 + random.uniform() : random.normal());
  });
}

const get = (results: Results, name: string): Float64Array => {
  const found = results.get(name);
  if (!found) throw new Error(`recurrence: result ${name} must be there`);
  return found;
};

/** Results of an entry by quantity: `y`, `state0`, `d x`. */
const endings = (results: Results, entry: string): string[] =>
  [...results.keys()].filter((name) => name.startsWith(`${entry}/`)).map((name) => name.slice(entry.length + 1));

function compareForms({ name, forms }: Recurrence, results: Results): CheckedGroup[] {
  const pair = (got: string, want: string): Comparison[] =>
    endings(results, got).map((what) =>
      compare(
        `${name}: ${what} of ${got} against ${want}`,
        get(results, `${got}/${what}`),
        get(results, `${want}/${what}`),
        formTolerance,
        scaleOf(get(results, `${want}/${what}`)),
      ),
    );
  return forms.flatMap((form) => {
    const group = (check: Check, comparisons: Comparison[]): CheckedGroup => ({
      check,
      form: form.name,
      device: 'reference',
      comparisons,
    });
    return [
      group('forms agree', pair(`${form.name}/given`, `${definition}/given`)),
      group('chunks', pair(`${form.name}/chunks`, `${definition}/given`)),
      group('start', pair(`${form.name}/start`, `${definition}/start`)),
    ];
  });
}

/** Errors are measured against the largest element, and never against less than a thousandth. */
const scaleOf = (values: ArrayLike<number>): number => Math.max(largest(values), 1e-3);

/**
 * The typical size of a mixed loss with standard normal weights: if its terms cancel, their rounding errors do not.
 */
function lossScale(results: Results, loss: string): number {
  const entry = loss.slice(0, -'/loss'.length);
  const outputs = endings(results, entry).filter((what) => what === 'y' || what.startsWith('state'));
  return Math.max(1e-3, Math.hypot(...outputs.flatMap((what) => [...get(results, `${entry}/${what}`)])));
}

function compareDevice(
  { name, forms }: Recurrence,
  want: Results,
  got: Results,
  under: DeviceUnderTest,
): CheckedGroup[] {
  const label = titleOf(under);
  const half = isHalf(under.options);
  return forms.map((form): CheckedGroup => {
    const names = [...want.keys()].filter((result) => result.startsWith(`${form.name}/`));
    const comparisons = names.map((result) =>
      compare(
        `${name}: ${result} on ${label}`,
        get(got, result),
        get(want, result),
        half ? form.halfTolerance : form.tolerance,
        half && result.endsWith('/loss') ? lossScale(want, result) : scaleOf(get(want, result)),
      ),
    );
    return { check: 'device', form: form.name, device: label, comparisons };
  });
}

/**
 * Small, so that no pre-activation crosses the kink of g within it. Where a gradient is so small that the rounding of the loss hides it, the
 * second one tells, by four points against the curvature within it: a wrong gradient agrees with neither.
 */
const shifts = [1e-6, 1e-5] as const;

/** Directional derivative of the loss along one random direction of each float input and weight. */
async function differences(
  recurrence: Recurrence,
  program: Program,
  reference: Executable,
  results: Results,
): Promise<CheckedGroup> {
  const form = recurrence.forms[0]?.name ?? definition;
  const comparisons: Comparison[] = [];
  for (const variable of program.variables) {
    const gradient = results.get(`${form}/given/d ${variable.name}`);
    if (!gradient) continue;
    const at = Float64Array.from(await reference.read(variable.name));
    const random = new RandomStream(9, `${recurrence.name}/${variable.name}`);
    const direction = at.map(() => random.normal());
    const lossAt = async (shift: number): Promise<number> => {
      reference.write(
        variable.name,
        at.map((value, i) => value + shift * itemAt(direction, i)),
      );
      reference.run(`${form}/given`);
      return itemAt(await reference.read(`${form}/given/loss`), 0);
    };
    const along = gradient.reduce((sum, value, i) => sum + value * itemAt(direction, i), 0);
    const size = Math.hypot(...gradient) * Math.hypot(...direction);
    const label = `${recurrence.name}: d ${variable.name} of ${form} against central differences`;
    const between = async (shift: number): Promise<number> =>
      ((await lossAt(shift)) - (await lossAt(-shift))) / (2 * shift);
    const comparedAt = async (shift: number, fourPoints = false): Promise<Comparison> => {
      const near = await between(shift);
      const numeric = fourPoints ? (4 * near - (await between(2 * shift))) / 3 : near;
      return compare(label, [along], [numeric], centralDifferenceTolerance, Math.max(size, 1e-3));
    };
    const first = await comparedAt(shifts[0]);
    comparisons.push(passed(first) ? first : await comparedAt(shifts[1], true));
    reference.write(variable.name, at);
  }
  return { check: 'differences', form, device: 'reference', comparisons };
}
