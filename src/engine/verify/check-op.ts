// The check every op goes through: each device against the reference, with and without poisoned outputs; the same bits however
// the device shares the work; and the gradient against central differences of the float64 reference. Failures are returned as sentences:
// independent of the test runner.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { sizeOf } from '../core/tensor.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import type { OpKind } from '../ops/kinds.ts';
import { drawInput, type OpCase } from '../ops/cases.ts';
import { buildCheckProgram, type CheckedCase, type CheckProgram } from './check-program.ts';
import { compare, failures, largest, type Comparison } from './compare.ts';
import { records } from '../ops/registry.ts';
import { centralDifferenceTolerance } from './tolerances.ts';

/** A device configuration to test. `poison` omitted = both, since results are computed in place only without it. */
export interface DeviceUnderTest {
  readonly device: Device;
  readonly options: CompileOptions;
}

export interface CheckReport {
  /** How many labelled comparisons were made. */
  readonly comparisons: number;
  readonly failures: readonly string[];
  /** The same comparisons by device; `reference` = gradients against central differences. */
  readonly byDevice: ReadonlyMap<string, readonly Comparison[]>;
}

/** The device, with kernel module and storage if given: results must be bit-identical however the work is shared. */
const unitOf = ({ device, options }: DeviceUnderTest): string =>
  [device.kind, options.module === 'auto' ? undefined : options.module, isHalf(options) ? 'f16' : undefined]
    .filter((part) => part !== undefined)
    .join(' ');

/** Activations are stored in 16 bits. */
export const isHalf = ({ storage }: CompileOptions): boolean => storage === 'f16';

/** Options of a check: every value that may be stored in 16 bits is, however small. */
export const checkOptions = (options: CompileOptions): CompileOptions =>
  isHalf(options) ? { storageFrom: 1, ...options } : options;

/** `cpu native, 2 threads`. */
export const titleOf = (under: DeviceUnderTest): string =>
  under.device.kind === 'reference' ? under.device.kind : `${unitOf(under)}, ${threadsOf(under)}`;

const threadsOf = ({ options }: DeviceUnderTest): string =>
  `${options.threads === 0 ? 'all' : options.threads} ${options.threads === 1 ? 'thread' : 'threads'}`;

/** Values of variables after an entry, by entry and variable. */
type Results = ReadonlyMap<string, ArrayLike<number>>;

/** The nearest 16-bit float; larger values become the largest one. */
export const asHalf = (x: number): number =>
  Number.isFinite(x) ? Math.max(-65504, Math.min(65504, Math.f16round(x))) : x;

/** `half`: inputs rounded to 16 bits, so that a comparison tests the op alone. */
function writeInputs(executable: Executable, { test, inputs, weights }: CheckedCase, half = false): void {
  test.inputs.forEach((input, place) => {
    const drawn = drawInput(test.name, place, input);
    executable.write(itemAt(inputs, place), half && input.type.dtype === 'f32' ? drawn.map(asHalf) : drawn);
  });
  weights.forEach((name, i) => {
    const stream = new RandomStream(7, `${test.name}/weight${i}`);
    const size = sizeOf(executable.typeOf(name).shape);
    executable.write(
      name,
      Float64Array.from({ length: size }, () => Math.fround(stream.normal())),
    );
  });
}

/** The entries of a case, each with the variables to compare after it. */
function entriesOf({ results, gradients }: CheckedCase): [entry: string, variables: readonly string[]][] {
  const forward: [string, readonly string[]][] = [
    ['direct', results],
    ['scratch', results],
  ];
  return gradients.size === 0 ? forward : [...forward, ['gradient', [...gradients.values()]]];
}

/** Runs every entry of every case on fresh inputs. Keys: `0/direct: 0/output0`. */
async function runAll(executable: Executable, { cases }: CheckProgram, half = false): Promise<Results> {
  const results = new Map<string, ArrayLike<number>>();
  for (const checked of cases) {
    for (const [entry, variables] of entriesOf(checked)) {
      writeInputs(executable, checked, half);
      executable.run(`${checked.prefix}${entry}`);
      for (const name of variables) results.set(`${checked.prefix}${entry}: ${name}`, await executable.read(name));
    }
  }
  return results;
}

/** The gradient op's tolerance, but never below that of sums: the loss around it multiplies and adds. */
function gradientTolerance(kind: OpKind, half: boolean): number {
  return Math.max(...[kind, `${kind}Grad`, 'reduceSum'].map((one) => toleranceOf(one, half)));
}

/** An op without its own 16-bit tolerance keeps that of float32: it moves numbers, stores none in 16 bits, or computes a gradient. 0 for names that are not ops. */
function toleranceOf(kind: string, half: boolean): number {
  const record = records[kind];
  if (!record) return 0;
  return (half ? (record.halfTolerance ?? record.tolerance) : record.tolerance).relative;
}

interface Pair {
  readonly got: Results;
  readonly want: Results;
  /** Suffix of each label: `on cpu, 2 threads`. */
  readonly where: string;
  readonly allowed: (entry: string) => number;
}

/** One labelled comparison for each variable after each entry. */
function compareAll({ cases }: CheckProgram, { got, want, where, allowed }: Pair): Comparison[] {
  const comparisons: Comparison[] = [];
  for (const checked of cases) {
    for (const [entry, variables] of entriesOf(checked)) {
      for (const name of variables) {
        const key = `${checked.prefix}${entry}: ${name}`;
        const label = `${checked.test.name}: ${name.slice(checked.prefix.length)} of ${entry} ${where}`;
        comparisons.push(compare(label, got.get(key) ?? [], want.get(key) ?? [], allowed(entry)));
      }
    }
  }
  return comparisons;
}

async function resultsOn(check: CheckProgram, device: Device, options: CompileOptions): Promise<Results> {
  const executable = await device.compile(check.program, options);
  try {
    return await runAll(executable, check, isHalf(options));
  } finally {
    await executable.dispose();
  }
}

const step = 1e-5;
const exhaustiveSize = 24;

/** Directions to difference along: every axis of a small input, else three random ones. */
function directions(name: string, place: number, size: number): Float64Array[] {
  if (size <= exhaustiveSize) return Array.from({ length: size }, (_, i) => new Float64Array(size).fill(1, i, i + 1));
  const stream = new RandomStream(11, `${name}/direction${place}`);
  return Array.from({ length: 3 }, () => Float64Array.from({ length: size }, () => stream.normal()));
}

/** The graph's gradient of one input against (loss(x + s d) - loss(x - s d)) / 2s, in float64. */
async function checkGradient(reference: Executable, checked: CheckedCase, place: number): Promise<Comparison> {
  const { test, prefix, inputs, gradients } = checked;
  writeInputs(reference, checked);
  reference.run(`${prefix}gradient`);
  const gradient = await reference.read(gradients.get(place) ?? '');
  const start = drawInput(test.name, place, itemAt(test.inputs, place));
  const lossAt = async (distance: number, direction: Float64Array): Promise<number> => {
    reference.write(
      itemAt(inputs, place),
      start.map((value, i) => value + distance * itemAt(direction, i)),
    );
    reference.run(`${prefix}loss`);
    return itemAt(await reference.read(`${prefix}loss`), 0);
  };
  const along: number[] = [];
  const numeric: number[] = [];
  for (const direction of directions(test.name, place, start.length)) {
    numeric.push(((await lossAt(step, direction)) - (await lossAt(-step, direction))) / (2 * step));
    along.push(direction.reduce((sum, part, i) => sum + part * itemAt(gradient, i), 0));
  }
  const label = `${test.name}: gradient of input ${place} against central differences`;
  const scale = Math.max(1, largest(gradient), largest(numeric));
  return compare(label, along, numeric, centralDifferenceTolerance, scale);
}

/** What the reference computes for the cases of an op. */
interface Wanted {
  readonly check: CheckProgram;
  readonly exact: Results;
  /** From inputs rounded to 16 bits; absent until a device asks for it. */
  half?: Results;
}

/** By the list of cases, which are the same for every device that is checked in this process. */
const wantedOf = new WeakMap<readonly OpCase[], Wanted>();

async function onReference<T>(check: CheckProgram, use: (reference: Executable) => Promise<T>): Promise<T> {
  const reference = await referenceDevice.compile(check.program, { threads: 1, poison: true });
  try {
    return await use(reference);
  } finally {
    await reference.dispose();
  }
}

async function wantedFor(kind: OpKind, cases: readonly OpCase[], half: boolean): Promise<Wanted> {
  const before = wantedOf.get(cases);
  const check = before?.check ?? buildCheckProgram(kind, cases);
  const exact = before?.exact ?? (await onReference(check, (reference) => runAll(reference, check)));
  const wanted: Wanted = before ?? { check, exact };
  if (half) wanted.half ??= await onReference(check, (reference) => runAll(reference, check, true));
  wantedOf.set(cases, wanted);
  return wanted;
}

/** Checks of the reference alone: gradients, and equal results from scratch values and variables. */
async function checkReference(check: CheckProgram, reference: Executable, results: Results): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const checked of check.cases) {
    for (const place of checked.gradients.keys()) comparisons.push(await checkGradient(reference, checked, place));
    for (const name of checked.results) {
      const [direct, scratch] = ['direct', 'scratch'].map((entry) => results.get(`${checked.prefix}${entry}: ${name}`));
      const label = `${checked.test.name}: ${name.slice(checked.prefix.length)} of both entries on reference`;
      comparisons.push(compare(label, scratch ?? [], direct ?? [], 0));
    }
  }
  return comparisons;
}

/** Every device against the reference, and against the first run on a device of its kind and module, bit for bit. */
async function checkDevices(
  kind: OpKind,
  { check, exact, half: rounded = exact }: Wanted,
  devices: readonly DeviceUnderTest[],
  note: (title: string, found: readonly Comparison[]) => void,
): Promise<void> {
  const first = new Map<string, { readonly results: Results; readonly where: string }>();
  for (const target of devices) {
    const { device } = target;
    const options = checkOptions(target.options);
    const half = isHalf(options);
    const want = half ? rounded : exact;
    for (const poison of options.poison === undefined ? [true, false] : [options.poison]) {
      const got = await resultsOn(check, device, { ...options, poison });
      const where = `on ${titleOf(target)}${poison ? ', poisoned' : ''}`;
      const allowed = (entry: string) =>
        entry === 'gradient' ? gradientTolerance(kind, half) : toleranceOf(kind, half);
      note(titleOf(target), compareAll(check, { got, want, where, allowed }));
      const before = first.get(unitOf(target));
      if (before === undefined) first.set(unitOf(target), { results: got, where });
      else {
        const both = `${where}, same bits as ${before.where}`;
        note(titleOf(target), compareAll(check, { got, want: before.results, where: both, allowed: () => 0 }));
      }
    }
  }
}

export interface CheckParts {
  /** The reference's own gradients against central differences: they are of no device, so one check of an op suffices. */
  readonly reference: boolean;
}

/**
 * Runs each case of an op on each device and compares outputs, untouched inputs and every gradient with the reference, then, unless left out,
 * the reference's gradients with central differences.
 */
export async function checkOp<K extends OpKind>(
  kind: K,
  cases: readonly OpCase<K>[],
  devices: readonly DeviceUnderTest[],
  parts: CheckParts = { reference: true },
): Promise<CheckReport> {
  const byDevice = new Map<string, Comparison[]>();
  const note = (title: string, found: readonly Comparison[]) => {
    byDevice.set(title, [...(byDevice.get(title) ?? []), ...found]);
  };
  const half = devices.some(({ options }) => isHalf(options));
  const wanted = await wantedFor(kind, cases, half);
  await checkDevices(kind, wanted, devices, note);
  const { check, exact } = wanted;
  if (parts.reference)
    note('reference', await onReference(check, (reference) => checkReference(check, reference, exact)));
  const comparisons = [...byDevice.values()].flat();
  return { comparisons: comparisons.length, failures: failures(comparisons), byDevice };
}
