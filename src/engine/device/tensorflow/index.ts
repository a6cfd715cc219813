// The tensorflow device: the same programs by TensorFlow.js, on TensorFlow's own library (and CUDA through it) if tfjs-node is installed,
// else on the package's WebAssembly or TypeScript. It serves as a comparison; `auto` does not choose it.
import { availableParallelism } from 'node:os';
import { AppFailure } from '../../core/result.ts';
import { asIs, joined, type Message, say, term } from '../../core/say.ts';
import { systemWords } from '../../core/system-words.ts';
import type { Program } from '../../graph/graph.ts';
import type { CompileOptions, Device, DeviceDescription, Executable } from '../device.ts';
import { TensorflowExecutable } from './executable.ts';
import { ownProgram, wantsLayers } from './lstm-layer.ts';
import { backendNames, bestBackend, missing, type BackendName } from './packages.ts';
import { runtimeOf, type Runtime } from './runtime.ts';
import { planTensors } from './tensor-plan.ts';

function describe({ backend, module, cuda }: Runtime): DeviceDescription {
  const threads = backend === 'node' ? availableParallelism() : 1;
  const where = cuda ? 'CUDA' : `CPU · ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return { kind: 'tensorflow', title: `TensorFlow · ${module} · ${where}`, module, threads, precision: 'f32' };
}

function whyNone(): Message | null {
  if (bestBackend() !== null) return null;
  const wanted = process.env['MINRNN_TFJS_BACKEND'] ?? '';
  const reasons = backendNames.map(
    (name) => say`${term(name)}: ${missing(name) ?? say`not wanted, MINRNN_TFJS_BACKEND is ${asIs(wanted)}`}`,
  );
  return say`TensorFlow.js is not usable (${joined(reasons, '; ')})`;
}

function refused(why: Message): AppFailure {
  const cure = say`Install its packages again, choose another backend by MINRNN_TFJS_BACKEND, or use the device cpu.`;
  return new AppFailure({ code: 'unsupported', message: say`tensorflow: ${why}`, cure });
}

/** The device on a backend of its choice (null = the best one that is installed). */
export function tensorflowOn(backend: BackendName | null): Device {
  const whyNot = (): Message | null => (backend === null ? whyNone() : missing(backend));
  return {
    kind: 'tensorflow',
    unavailable: () => Promise.resolve(whyNot()),
    capabilities: () => Promise.resolve({ missing: whyNot(), software: null, modules: [], storages: ['f32'] }),
    plan: planTensors,
    compile: (program, options) => compileOn(backend, program, options),
  };
}

async function compileOn(backend: BackendName | null, program: Program, options: CompileOptions): Promise<Executable> {
  const chosen = backend ?? bestBackend();
  if (chosen === null) throw refused(whyNone() ?? say`no backend is installed`);
  const runtime = await runtimeOf(chosen).catch((error: unknown) => {
    throw refused(say`${term(chosen)} did not load: ${systemWords(error)}`);
  });
  if (runtime.context.native === null && wantsLayers(options)) {
    throw refused(
      say`a layer of TensorFlow's own kernels (implementation vendor) needs tfjs-node, got ${term(chosen)}`,
    );
  }
  return new TensorflowExecutable(runtime, describe(runtime), ownProgram(program, options));
}

/** TensorFlow.js on the best backend of this machine. TensorFlow chooses its own number of threads. */
export const tensorflowDevice: Device = tensorflowOn(null);
