// The whole verification as rows, for the command line and for tests: every op, every model, golden vectors. Reads no files.
import type { Device } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { models } from '../models/registry.ts';
import type { OpKind } from '../ops/kinds.ts';
import { Breath } from '../training/breathe.ts';
import type { OpCase } from '../ops/cases.ts';
import { checkModel } from './check-model.ts';
import { checkOp, isHalf, titleOf, type DeviceUnderTest } from './check-op.ts';
import { explain, passed, type Comparison } from './compare.ts';
import { checkGoldenFile } from './golden-file.ts';
import { opCases } from './op-cases.ts';

export interface VerifyRow {
  readonly what: 'op' | 'model' | 'golden';
  /** `matmul`, `minGRU log-scan: chunks`, `lstm`. */
  readonly name: string;
  /** `reference` = definitions, in float64; otherwise the device and its threads. */
  readonly device: string;
  readonly checks: number;
  /** From the comparison closest to its tolerance, or furthest beyond it. */
  readonly worstError: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** Why nothing was compared; null when something was. */
  readonly skipped: string | null;
  /** A sentence for each comparison that failed. */
  readonly problems: readonly string[];
}

export interface VerifyOptions {
  /** Devices to compare with the reference, which is always checked itself. */
  readonly devices: readonly DeviceUnderTest[];
  /** Parsed golden files by name without extension. */
  readonly golden: readonly { readonly name: string; readonly content: unknown }[];
  /** Kinds of rows to include; all when absent. */
  readonly only?: readonly VerifyRow['what'][];
}

/** All rows, as they are found. A failed row does not stop the next. */
export async function* verify(options: VerifyOptions): AsyncGenerator<VerifyRow, void, undefined> {
  const breath = new Breath();
  const wanted = (what: VerifyRow['what']): boolean => options.only?.includes(what) ?? true;
  const sources = [
    wanted('op') ? opRows : null,
    wanted('model') ? modelRows : null,
    wanted('golden') ? goldenRows : null,
  ];
  for (const source of sources) {
    if (source === null) continue;
    for await (const row of source(options)) {
      yield row;
      await breath.take();
    }
  }
}

async function* opRows({ devices }: VerifyOptions): AsyncGenerator<VerifyRow, void, undefined> {
  for (const kind of Object.keys(opCases) as (keyof typeof opCases)[]) {
    const cases: readonly OpCase[] = opCases[kind];
    const { byDevice } = await checkOp<OpKind>(kind, cases, devices);
    for (const [device, comparisons] of byDevice) yield rowOf('op', kind, device, comparisons);
  }
}

async function* modelRows({ devices }: VerifyOptions): AsyncGenerator<VerifyRow, void, undefined> {
  for (const model of Object.values(models)) {
    const rows = new Map<string, { name: string; device: string; comparisons: Comparison[] }>();
    for (const { check, form, device, comparisons } of await checkModel(model, devices)) {
      const name = `${model.title} ${form}: ${check === 'device' ? 'outputs and gradients' : check}`;
      const row = rows.get(`${name} ${device}`) ?? { name, device, comparisons: [] };
      row.comparisons.push(...comparisons);
      rows.set(`${name} ${device}`, row);
    }
    for (const { name, device, comparisons } of rows.values()) yield rowOf('model', name, device, comparisons);
  }
}

async function* goldenRows({ devices, golden }: VerifyOptions): AsyncGenerator<VerifyRow, void, undefined> {
  const reference: Device = referenceDevice;
  const all: readonly DeviceUnderTest[] = [{ device: reference, options: { threads: 1, poison: true } }, ...devices];
  for (const { name, content } of golden) {
    for (const under of all) {
      if (isHalf(under.options)) {
        const skipped = 'golden vectors are held to float32; activations are stored in 16 bits here';
        yield { ...rowOf('golden', name, titleOf(under), []), skipped };
        continue;
      }
      const checked = await checkGoldenFile(name, content, under);
      if ('comparisons' in checked) yield rowOf('golden', name, titleOf(under), checked.comparisons);
      else yield { ...rowOf('golden', name, titleOf(under), []), ...checked };
    }
  }
}

function rowOf(what: VerifyRow['what'], name: string, device: string, comparisons: readonly Comparison[]): VerifyRow {
  let worst: Comparison | null = null;
  for (const one of comparisons) if (worst === null || ratio(one) > ratio(worst)) worst = one;
  const bad = comparisons.filter((one) => !passed(one));
  return {
    what,
    name,
    device,
    checks: comparisons.length,
    worstError: worst?.worst ?? 0,
    tolerance: worst?.allowed ?? 0,
    passed: bad.length === 0,
    skipped: null,
    problems: bad.map(explain),
  };
}

/** The share of its tolerance that a comparison uses. */
const ratio = ({ worst, allowed }: Comparison): number => (worst === 0 ? 0 : worst / allowed);
