// Finds and loads the packages of TensorFlow.js: those installed with the lab (wasm, cpu) and one that users may add (tfjs-node, with
// TensorFlow's own library). Looking is cheap and loads nothing. Independent of graphs and ops.
import { asIs, type Message, say } from '../../core/say.ts';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import type { Tf, TfTensor } from '../../ops/tfjs-kernel.ts';

/** TensorFlow.js as the device uses it. */
export interface TfModule extends Tf {
  readonly tidy: (run: () => readonly TfTensor[]) => readonly TfTensor[];
  readonly memory: () => { readonly numBytes: number; readonly numTensors: number };
  readonly setBackend: (name: string) => Promise<boolean>;
  readonly getBackend: () => string;
  readonly backend: () => object;
  readonly enableProdMode: () => void;
}

export const backendNames = ['node', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

const require = createRequire(import.meta.url);
const core = '@tensorflow/tfjs-core';
const nodePackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** Folder of a package, or null when it is not installed. */
function folderOf(name: string): string | null {
  try {
    return dirname(require.resolve(join(name, 'package.json')));
  } catch {
    return null;
  }
}

/** tfjs-node is usable only with its compiled binding, which its install script builds. */
function hasBinding(folder: string): boolean {
  const lib = join(folder, 'lib');
  return existsSync(lib) && readdirSync(lib).some((version) => existsSync(join(lib, version, 'tfjs_binding.node')));
}

/** The folder of tfjs-node or tfjs-node-gpu: MINRNN_TFJS_NODE if set, else the installed one; null without either. */
export function nodeFolder(): string | null {
  const given = process.env['MINRNN_TFJS_NODE'];
  const folders = given === undefined || given === '' ? nodePackages.map(folderOf) : [given];
  return folders.find((folder) => folder !== null && hasBinding(folder)) ?? null;
}

/** The reason why a backend cannot be loaded; null when it can. */
export function missing(backend: BackendName): Message | null {
  if (backend === 'node') {
    const given = process.env['MINRNN_TFJS_NODE'];
    const where =
      given === undefined || given === '' ? say`is not installed` : say`is not in ${asIs(given)} (MINRNN_TFJS_NODE)`;
    return nodeFolder() === null ? say`@tensorflow/tfjs-node with its compiled binding ${where}` : null;
  }
  const absent = [core, `@tensorflow/tfjs-backend-${backend}`].filter((name) => folderOf(name) === null);
  return absent.length === 0 ? null : say`${asIs(absent.join(', '))} not installed (npm install)`;
}

/** The backend named by MINRNN_TFJS_BACKEND, or the first available one; null if there is none. */
export function bestBackend(): BackendName | null {
  const wanted = process.env['MINRNN_TFJS_BACKEND'] ?? '';
  return backendNames.find((name) => (wanted === '' || wanted === name) && missing(name) === null) ?? null;
}

/** tfjs-node 4.22 calls these in nearly every op; Node 23 removed one and warns about the other. */
function restoreRemovedUtilities(): void {
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  Object.defineProperty(util, 'isNullOrUndefined', { value: isNullOrUndefined, configurable: true });
  Object.defineProperty(util, 'isArray', { value: Array.isArray, configurable: true });
}

const functions = ['tensor', 'tidy', 'keep', 'memory', 'setBackend', 'enableProdMode', 'matMul', 'where'] as const;

function isModule(loaded: unknown): loaded is TfModule {
  if (typeof loaded !== 'object' || loaded === null) return false;
  const found: Readonly<Record<string, unknown>> = { ...loaded };
  return functions.every((name) => typeof found[name] === 'function');
}

/** Loads the packages of a backend. Throws when one is missing or is not TensorFlow.js. */
export function loadPackages(backend: BackendName): TfModule {
  const folder = nodeFolder();
  let loaded: unknown;
  if (backend === 'node' && folder !== null) {
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
    restoreRemovedUtilities();
    loaded = require(folder);
  } else {
    loaded = require(core);
    require(`@tensorflow/tfjs-backend-${backend}`);
  }
  if (!isModule(loaded))
    throw new Error(`tensorflow: the package for ${backend} must be TensorFlow.js, got something else`);
  return loaded;
}
