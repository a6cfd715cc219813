// TensorFlow.js on one backend: the context passed to kernels (TfContext), and the library behind it. TensorFlow.js has one current backend
// for the whole process, so each use selects its own. Independent of graphs.
import { itemAt } from '../../core/item.ts';
import type { Tf, TfAttribute, TfContext, TfNative, TfTensor } from '../../ops/tfjs-kernel.ts';
import { loadPackages, type BackendName, type TfModule } from './packages.ts';

/** What tfjs-node's backend offers beyond TensorFlow.js. */
interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Readonly<Record<string, unknown>>;
  executeMultipleOutputs(name: string, attributes: object[], inputs: readonly TfTensor[], count: number): TfTensor[];
}

export interface Runtime {
  readonly tf: TfModule;
  readonly backend: BackendName;
  readonly context: TfContext;
  /** `tfjs-node TF 2.15.1`, `tfjs wasm`. */
  readonly module: string;
  readonly cuda: boolean;
  /** Makes this backend the current one. */
  use(): void;
  /** Registers the host's copy of an integer tensor. */
  remember(tensor: TfTensor, values: Int32Array): void;
  /** Bytes of the constants kept so far. */
  constantBytes(): number;
}

const names: Readonly<Record<BackendName, string>> = { node: 'tensorflow', wasm: 'wasm', cpu: 'cpu' };

const isNodeBackend = (backend: object): backend is NodeBackend => 'executeMultipleOutputs' in backend;

/** Attributes in the numbers of the binding. */
function attributesOf(backend: NodeBackend, attributes: Readonly<Record<string, TfAttribute>>): object[] {
  const { binding } = backend;
  const dtypes = { float32: binding['TF_FLOAT'], int32: binding['TF_INT32'], int64: binding['TF_INT64'] };
  const types = { float: binding['TF_ATTR_FLOAT'], bool: binding['TF_ATTR_BOOL'], dtype: binding['TF_ATTR_TYPE'] };
  return Object.entries(attributes).map(([name, attribute]) => {
    const value = attribute.type === 'dtype' ? dtypes[attribute.value] : attribute.value;
    return { name, type: types[attribute.type], value };
  });
}

function nativeOf(backend: NodeBackend, tf: Tf, constants: Constants): TfNative {
  const run: TfNative['run'] = (op, attributes, inputs, count) =>
    backend.executeMultipleOutputs(op, attributesOf(backend, attributes), inputs, count);
  const types = { SrcT: { type: 'dtype', value: 'int32' }, DstT: { type: 'dtype', value: 'int64' } } as const;
  const cast = (x: TfTensor): TfTensor => itemAt(run('Cast', types, [x], 1), 0);
  return { run, int64: (value) => constants.keep(`int64 ${value}`, () => cast(constants.get(value, 'int32'))) };
}

/** On wasm only products without a transposed operand are fast, so operands are transposed first. */
function productOf(tf: Tf, backend: BackendName): TfContext['product'] {
  if (backend !== 'wasm') return (a, b, transA, transB) => tf.matMul(a, b, transA, transB);
  return (a, b, transA, transB) => tf.matMul(transA ? tf.transpose(a) : a, transB ? tf.transpose(b) : b);
}

/** wasm has no unsortedSegmentSum; there a product with a one-hot matrix is used. */
function segmentSumOf(tf: Tf, backend: BackendName): TfContext['segmentSum'] {
  if (backend !== 'wasm') return (x, ids, rows) => tf.unsortedSegmentSum(x, ids, rows);
  return (x, ids, rows) => {
    const meets = tf.equal(tf.reshape(tf.range(0, rows, 1, 'int32'), [-1, 1]), ids);
    return tf.matMul(tf.cast(meets, 'float32'), x);
  };
}

/** wasm computes log(1 + x) naively, which loses small x; there log(u) x / (u - 1) is used, with u = 1 + x after rounding. */
function log1pOf(tf: Tf, backend: BackendName, scalar: TfContext['scalar']): TfContext['log1p'] {
  if (backend !== 'wasm') return (x) => tf.log1p(x);
  return (x) => {
    const u = tf.add(x, scalar(1));
    const scaled = tf.div(tf.mul(tf.log(u), x), tf.sub(u, scalar(1)));
    return tf.where(tf.equal(u, scalar(1)), x, scaled);
  };
}

class Constants {
  readonly #tf: Tf;
  readonly #kept = new Map<string, TfTensor>();

  constructor(tf: Tf) {
    this.#tf = tf;
  }

  get bytes(): number {
    return 4 * this.#kept.size;
  }

  get(value: number, dtype: 'float32' | 'int32'): TfTensor {
    return this.keep(`${dtype} ${value}`, () => {
      const data = dtype === 'int32' ? Int32Array.of(value) : Float32Array.of(value);
      return this.#tf.tensor(data, [], dtype);
    });
  }

  keep(key: string, make: () => TfTensor): TfTensor {
    const known = this.#kept.get(key);
    if (known) return known;
    const made = this.#tf.keep(make());
    this.#kept.set(key, made);
    return made;
  }
}

function describe(backend: BackendName, native: NodeBackend | null): string {
  if (native === null) return `tfjs ${backend}`;
  return `tfjs-node TF ${String(native.binding['TF_Version'])}`;
}

const started = new Map<BackendName, Promise<Runtime>>();

/** The runtime of a backend, started once a process. */
export function runtimeOf(backend: BackendName): Promise<Runtime> {
  const known = started.get(backend) ?? start(backend);
  started.set(backend, known);
  return known;
}

async function start(backend: BackendName): Promise<Runtime> {
  const tf = loadPackages(backend);
  tf.enableProdMode();
  const name = names[backend];
  if (!(await tf.setBackend(name))) throw new Error(`tensorflow: backend ${name} must start, got a refusal`);
  const current = tf.backend();
  const native = backend === 'node' && isNodeBackend(current) ? current : null;
  const host = new WeakMap<TfTensor, Int32Array>();
  const constants = new Constants(tf);
  const scalar = (value: number): TfTensor => constants.get(value, 'float32');
  return {
    tf,
    backend,
    module: describe(backend, native),
    cuda: native?.isUsingGpuDevice ?? false,
    use: () => use(tf, name),
    remember: (tensor, values) => void host.set(tensor, values),
    constantBytes: () => constants.bytes,
    context: {
      tf,
      native: native === null ? null : nativeOf(native, tf, constants),
      scalar,
      integer: (value) => constants.get(value, 'int32'),
      log1p: log1pOf(tf, backend, scalar),
      product: productOf(tf, backend),
      segmentSum: segmentSumOf(tf, backend),
      integersOf: (x) => host.get(x) ?? x.dataSync(),
    },
  };
}

/** A started backend becomes current before `setBackend` returns its promise. */
function use(tf: TfModule, name: string): void {
  if (tf.getBackend() === name) return;
  void tf.setBackend(name);
  if (tf.getBackend() !== name) throw new Error(`tensorflow: backend ${name} must be current, got ${tf.getBackend()}`);
}
