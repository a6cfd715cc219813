// Whether a runtime can be installed on this machine, and if not, why and what would help. Looks and changes nothing.
import { existsSync } from 'node:fs';
import type { AppError } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { findCxx } from './compile.ts';
import type { RuntimeSource } from './source.ts';

export const noCompiler: AppError = {
  code: 'unsupported',
  message: say`runtimes: its binding is compiled here and needs a C++ compiler (CXX, c++, g++ or clang++), got none`,
  cure: say`Install the package g++ of your system, then look again.`,
};

/** What a machine says of itself; the parts of it that decide. */
export interface Facts {
  readonly platform: string;
  /** Libraries of registries are for the C library of GNU; Alpine's is another. */
  readonly glibc: boolean;
  readonly nvidia: boolean;
  readonly compiler: () => Promise<string | null>;
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

let glibc: boolean | null = null;

export const factsHere = (): Facts => ({
  platform: `${process.platform}-${process.arch}`,
  glibc: process.platform !== 'linux' || (glibc ??= hasGlibc()),
  nvidia: existsSync('/proc/driver/nvidia/version'),
  compiler: findCxx,
});

/** Null where it can be installed. */
export async function impossible(source: RuntimeSource, facts: Facts = factsHere()): Promise<AppError | null> {
  const { platforms, compiles, cuda } = source;
  if (platforms.length > 0 && !platforms.includes(facts.platform))
    return {
      code: 'unsupported',
      message: say`runtimes: ${asIs(source.title)} is made for ${asIs(platforms.join(', '))}, got ${asIs(facts.platform)}`,
      cure: say`An installation of your own can be named by MINRNN_TFJS_NODE.`,
    };
  if (platforms.length > 0 && !facts.glibc)
    return {
      code: 'unsupported',
      message: say`runtimes: ${asIs(source.title)} needs the C library of GNU, got another one`,
      cure: say`An installation of your own can be named by MINRNN_TFJS_NODE.`,
    };
  if (cuda && !facts.nvidia)
    return {
      code: 'unsupported',
      message: say`runtimes: ${asIs(source.title)} needs an NVIDIA driver, got a machine without one`,
      cure: say`Install the driver, CUDA 12 and cuDNN 8, then look again.`,
    };
  return compiles && (await facts.compiler()) === null ? noCompiler : null;
}
