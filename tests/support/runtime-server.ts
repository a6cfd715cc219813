// A server of runtimes for tests: a package packed as npm packs it (gzipped ustar, everything below `package/`), which computes by the TensorFlow.js
// of this checkout, and a zip beside it as a wheel is one. It can be told to answer wrongly, halfway or not at all.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { gzipSync, strToU8, zipSync } from 'fflate';
import type { RuntimePart, RuntimeSource } from '../../src/lab/runtimes/source.ts';

const require = createRequire(import.meta.url);
const block = 512;

function header(name: string, size: number, type: string): Uint8Array {
  const bytes = new Uint8Array(block);
  const put = (text: string, at: number): void => bytes.set(strToU8(text), at);
  put(name, 0);
  put('0000644\0', 100);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('        ', 148);
  put(type, 156);
  put('ustar\u000000', 257);
  put(
    `${bytes
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return bytes;
}

export interface Packed {
  readonly name: string;
  readonly content: string;
  /** `0` = a file; `2` = a link; `x` = what the next file is called, by pax. */
  readonly type?: '0' | '2' | 'x';
}

/** A gzipped tar of these files. */
export function tarball(files: readonly Packed[]): Uint8Array {
  const parts = files.flatMap(({ name, content, type = '0' }) => {
    const bytes = strToU8(content);
    const padded = new Uint8Array(Math.ceil(bytes.length / block) * block);
    padded.set(bytes);
    return [header(name, bytes.length, type), padded];
  });
  return gzipSync(new Uint8Array(Buffer.concat([...parts, new Uint8Array(2 * block)])), { mtime: 0 });
}

/** Computes on TensorFlow.js's own TypeScript, under the name that the real package's backend has. */
const library = (broken: string): string => `${broken}
const tf = require(${JSON.stringify(require.resolve('@tensorflow/tfjs-core'))});
const cpu = require(${JSON.stringify(require.resolve('@tensorflow/tfjs-backend-cpu'))});
tf.registerBackend('tensorflow', () => new cpu.MathBackendCPU());
tf.copyRegisteredKernels('cpu', 'tensorflow');
module.exports = tf;
`;

export const goodLibrary = library('');
/** Ends the process that loads it as a library with a wrong address does. */
export const crashingLibrary = library("process.kill(process.pid, 'SIGSEGV'); for (;;);");
/** Loads and computes, but a product of matrices is another. */
export const wrongLibrary = `${goodLibrary}
const right = tf.matMul;
module.exports = { ...tf, matMul: (...given) => tf.mul(right(...given), 1.01) };
`;

const integrityOf = (bytes: Uint8Array, algorithm: 'sha256' | 'sha512'): string =>
  `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;

export class RuntimeServer {
  /** What becomes of requests: answered, changed in one byte, begun and then held, refused. */
  mode: 'whole' | 'damaged' | 'held' | 'refused' = 'whole';
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #files = new Map<string, Uint8Array>();
  readonly #held = new Map<ServerResponse, Uint8Array>();
  readonly #server = createServer((request, response) => {
    const path = request.url ?? '';
    this.asked.push(path);
    this.#answer(this.#files.get(path), response);
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.release();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Lets what is held go on. */
  release(): void {
    this.mode = this.mode === 'held' ? 'whole' : this.mode;
    for (const [response, rest] of this.#held) response.end(rest);
    this.#held.clear();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(bytes: Uint8Array | undefined, response: ServerResponse): void {
    if (bytes === undefined || this.mode === 'refused') return void response.writeHead(404).end();
    response.writeHead(200);
    if (this.mode === 'damaged') return void response.end(bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)));
    if (this.mode === 'whole') return void response.end(bytes);
    const half = Math.floor(bytes.length / 2);
    response.write(bytes.subarray(0, half));
    this.#held.set(response, bytes.subarray(half));
  }

  part(path: string, bytes: Uint8Array, rest: Pick<RuntimePart, 'kind' | 'take'>): RuntimePart {
    this.#files.set(path, bytes);
    const integrity = integrityOf(bytes, rest.kind === 'tgz' ? 'sha512' : 'sha256');
    return { url: `${this.url}${path}`, bytes: bytes.length, integrity, ...rest };
  }

  /** A runtime of a package and a wheel, as the real one is. */
  source(change: Partial<RuntimeSource> = {}, main = goodLibrary): RuntimeSource {
    const name = '@tensorflow/tfjs-node';
    const packed = tarball([
      { name: 'package/package.json', content: JSON.stringify({ name, version: '4.22.0', main: 'dist/index.js' }) },
      { name: 'package/dist/index.js', content: main },
      { name: 'package/dist/index.js.map', content: '{}' },
      { name: 'package/lib/napi-v8/tfjs_binding.node', content: 'not loaded by this one' },
    ]);
    const wheel = zipSync({
      'tensorflow/libtensorflow_cc.so.2': strToU8('a library '.repeat(20_000)),
      'tensorflow/python/left-out.py': strToU8('pass'),
    });
    const folder = `node_modules/${name}`;
    return {
      id: 'tensorflow',
      title: 'TensorFlow',
      version: '2.15.1',
      package: name,
      packageVersion: '4.22.0',
      platforms: [],
      compiles: false,
      cuda: false,
      diskBytes: 300_000,
      parts: [
        this.part('/package.tgz', packed, { kind: 'tgz', take: [['package/', `${folder}/`]] }),
        this.part('/wheel.whl', wheel, {
          kind: 'zip',
          take: [['tensorflow/libtensorflow_cc', `${folder}/deps/lib/libtensorflow_cc`]],
        }),
      ],
      ops: ['matmul', 'unary'],
      ...change,
    };
  }
}
