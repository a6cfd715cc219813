// What the next symbol costs, for every model: state bytes and milliseconds against context, for one text and for several at once (the comparison of
// inference in appendix D.2 of the paper). The Transformer writes with its cache, and by reading everything again. Run:
//   node bench/generate.bench.ts [--models lru,transformer] [--batches 1,8,64] [--contexts 128,1024,4096,16384] [--most 2] [--busy]
// Cells that do not run keep their figures of an earlier run; `most` = seconds for a cell.
import { parseArgs } from 'node:util';
import { AppFailure } from '../src/engine/core/result.ts';
import { sizeOf } from '../src/engine/core/tensor.ts';
import { cpuDevice } from '../src/engine/device/cpu/index.ts';
import { startingValues } from '../src/engine/models/initialisers/registry.ts';
import { environment } from './measure.ts';
import { threads } from './peers/registry.ts';
import { mostAgain, nameOf, write, type Cell } from './generate/results.ts';
import { build, grows, writers, type Writer, type Written } from './generate/ways.ts';

const { values: options } = parseArgs({
  options: {
    models: { type: 'string' },
    batches: { type: 'string', default: '1,8,64' },
    contexts: { type: 'string', default: '128,1024,4096,16384' },
    most: { type: 'string', default: '2' },
    busy: { type: 'boolean', default: false },
  },
});

const most = 1000 * Number(options.most);
const fewest = 5;
const enough = 300;

const numbers = (text: string): readonly number[] => text.split(',').map(Number);

type Times = Pick<Cell, 'quarter' | 'median' | 'threeQuarters' | 'plannedBytes'>;

async function timed({ program, entry, x, logits }: Written, context: number): Promise<Times> {
  const executable = await cpuDevice.compile(program, { threads, module: 'native' });
  for (const variable of program.variables)
    if (variable.role === 'weight') executable.write(variable.name, startingValues(variable, 1));
  const tokens = (seed: number): Int32Array =>
    Int32Array.from({ length: sizeOf(executable.typeOf(x).shape) }, (_, i) => (i * 7 + seed) % 65);
  if (program.entries.some(({ name }) => name === 'begin')) executable.run('begin');
  fill(executable.write.bind(executable), program, context);
  const times: number[] = [];
  let spent = 0;
  for (let i = -3; times.length < fewest || (spent < most && times.length < enough); i++) {
    const began = performance.now();
    executable.write(x, tokens(i + 3));
    executable.run(entry);
    await executable.settled();
    await executable.read(logits);
    const ms = performance.now() - began;
    spent += ms;
    if (i >= 0 || ms > most) times.push(ms);
  }
  const plannedBytes = executable.plannedBytes().total;
  await executable.dispose();
  const order = times.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((order[Math.round(share * (order.length - 1))] ?? NaN).toFixed(4));
  return { quarter: at(0.25), median: at(0.5), threeQuarters: at(0.75), plannedBytes };
}

/** As after `context` symbols: a cache is full of rows. */
function fill(
  put: (name: string, values: Float32Array) => void,
  { variables }: Written['program'],
  context: number,
): void {
  for (const { name, type, role } of variables)
    if (role === 'state' && /\/(position|filled)$/.test(name))
      put(name, new Float32Array(sizeOf(type.shape)).fill(name.endsWith('/filled') ? 1 : context));
}

async function cellOf(writer: Writer): Promise<Cell> {
  const written = build(writer);
  const at = environment();
  const busy = options.busy || Number(at['load']) > 3;
  return {
    ...writer,
    stateBytes: written.stateBytes,
    ...(await timed(written, writer.context)),
    environment: at,
    busy,
  };
}

/** Null where the device refuses it, as a cache of several GiB: that cell stays empty. */
async function tried(writer: Writer): Promise<Cell | null> {
  try {
    return await cellOf(writer);
  } catch (problem) {
    if (!(problem instanceof AppFailure)) throw problem;
    console.log(`${nameOf(writer)}, batch ${writer.batch}, context ${writer.context}: ${problem.message}`);
    return null;
  }
}

const wanted = options.models?.split(',') ?? null;
for (const { model, way } of writers) {
  if (wanted !== null && !wanted.includes(model)) continue;
  for (const batch of numbers(options.batches)) {
    const cells: Cell[] = [];
    for (const context of numbers(options.contexts)) {
      if (way === 'recompute' && batch * context > mostAgain) continue;
      const [first] = cells;
      const cell =
        first !== undefined && !grows(model) ? { ...first, context } : await tried({ model, way, batch, context });
      if (cell !== null) cells.push(cell);
    }
    for (const { context, median, stateBytes } of cells)
      console.log(
        `${nameOf({ model, way })}, batch ${batch}, context ${context}: ${median} ms a symbol, ${stateBytes} bytes kept`,
      );
    write(cells, writers.map(nameOf));
  }
}
process.exit(0);
