// Which peers there are, how each is started, and what it can do. One entry per peer; an absent peer only costs a line that says why.
import { join } from 'node:path';
import { Peer } from './peer.ts';

export const threads = 2;

export interface PeerEntry {
  readonly name: string;
  /** How to install a missing peer. */
  readonly cure: string;
  readonly start: () => Peer;
  readonly text: readonly string[];
  readonly gru: readonly string[];
  readonly lstm: readonly string[];
  readonly product: readonly string[];
}

const here = import.meta.dirname;
const env = { MINRNN_THREADS: String(threads), OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) };

const node = (script: string, folder: string | undefined): Peer =>
  new Peer(process.execPath, [join(here, script)], { ...env, MINRNN_PEER_FOLDER: folder ?? '' });

/** The Python that has torch, and what keeps it to our number of threads. */
export const peerSettings = (): { readonly command: string; readonly env: Readonly<Record<string, string>> } => ({
  command: process.env['MINRNN_PYTHON'] ?? 'python3',
  env,
});

const torch = (): Peer => new Peer(peerSettings().command, [join(here, 'torch_peer.py')], env);

/** TensorFlow.js has no scan: its recurrence is written as a loop or by doubling, with its own gradients or the gradient by hand. */
const tfjsText = ['loop', 'doubling scan', 'loop, gradient by hand', 'doubling scan, gradient by hand'];

const none = { gru: [], lstm: [], product: [] } as const;

export const peers: readonly PeerEntry[] = [
  {
    name: 'PyTorch',
    cure: 'Set MINRNN_PYTHON to a Python that has torch.',
    start: torch,
    text: ['loop', "paper's log-space scan", 'chunked scan', 'scan with its own gradient', 'nn.GRU', 'nn.LSTM'],
    gru: ['nn.GRU'],
    lstm: ['nn.LSTM'],
    product: ['torch.mm'],
  },
  {
    // Compiling takes a minute or more; in a process of its own it can be abandoned without losing the others.
    name: 'PyTorch, compiled',
    cure: 'Set MINRNN_PYTHON to a Python that has torch.',
    start: torch,
    text: ['torch.compile, chunked scan'],
    ...none,
  },
  {
    name: 'TensorFlow.js wasm',
    cure: 'Install the optional packages @tensorflow/tfjs-core and @tensorflow/tfjs-backend-wasm.',
    start: () => node('tfjs-peer.mjs', 'wasm'),
    text: tfjsText,
    ...none,
  },
  {
    name: 'TensorFlow.js node',
    cure: 'Set MINRNN_TFJS_NODE to the folder of an installed @tensorflow/tfjs-node.',
    start: () => node('tfjs-peer.mjs', process.env['MINRNN_TFJS_NODE'] ?? 'no folder'),
    text: tfjsText,
    ...none,
  },
  {
    name: 'jax-js',
    cure: 'Set MINRNN_JAX_JS to the folder of an installed @jax-js/jax.',
    start: () => node('jax-peer.mjs', process.env['MINRNN_JAX_JS'] ?? join(here, '../../node_modules/@jax-js/jax')),
    // The doubling scan is the better variant; the loop compiles for seconds and is several times slower.
    text: ['doubling scan', 'loop'],
    ...none,
  },
];
