// Compiles the binding that a package of TensorFlow.js brings as C++, with the compiler of this machine, against the library beside it. What its own
// install script does is never run: it would fetch from elsewhere.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { makeFolder } from '../../session/files/index.ts';

const execute = promisify(execFile);
/** For what hangs: a slow machine needs a minute. */
const longestMs = 900_000;

/** The C++ compiler: CXX, else c++, g++, clang++. Null when none answers. */
export async function findCxx(): Promise<string | null> {
  const own = process.env['CXX'];
  for (const command of own ? [own] : ['c++', 'g++', 'clang++']) {
    const answers = await execute(command, ['--version']).then(
      () => true,
      () => false,
    );
    if (answers) return command;
  }
  return null;
}

const headers = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');

/** The line of a compiler's output that a person can act on. */
const firstError = (problem: unknown): string => {
  const output = problem instanceof Error && 'stderr' in problem ? String(problem.stderr) : String(problem);
  const lines = output.trim().split('\n');
  return (lines.find((line) => /error|cannot find/i.test(line)) ?? lines.at(-1) ?? '').slice(0, 300);
};

/** Makes `lib/napi-v8/tfjs_binding.node` in the package's folder. Rejects with AppFailure, or with the signal's reason. */
export async function compileBinding(folder: string, compiler: string, signal: AbortSignal): Promise<void> {
  const libraries = join(folder, 'deps', 'lib');
  const target = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  makeFolder(dirname(target));
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
  const includes = [`-I${headers()}`, `-I${join(folder, 'deps', 'include')}`];
  const sources = ['tfjs_binding.cc', 'tfjs_backend.cc'].map((name) => join(folder, 'binding', name));
  const linked = ['cc', 'framework'].map((name) => join(libraries, `libtensorflow_${name}.so.2`));
  const args = [...flags, ...includes, ...sources, ...linked, '-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', target];
  try {
    await execute(compiler, args, { signal, timeout: longestMs, maxBuffer: 2 ** 26 });
  } catch (error) {
    signal.throwIfAborted();
    throw new AppFailure({
      code: 'unsupported',
      message: say`runtimes: the binding must compile with ${asIs(compiler)}, got: ${asIs(firstError(error))}`,
      cure: say`Install a newer compiler (g++ 9 or later, with its standard library), or name another one by CXX.`,
    });
  }
}
