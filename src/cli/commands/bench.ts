// `bench [NAME]`: the measurements of a checkout. They are separate scripts; this calls their runner.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import { programRoot } from '../../lab/files/program.ts';
import type { Command } from '../command.ts';
import { benchScaling, type BenchOptions } from './bench-scaling.ts';

export const bench: Command<[readonly string[], BenchOptions]> = (out, names, options) => {
  if (names.length === 1 && names[0] === 'scaling') return benchScaling(out, options);
  const { gate } = options;
  const runner = join(programRoot(), 'scripts', 'bench.mjs');
  if (!existsSync(runner)) {
    const cure = say`Clone the repository and run it there.`;
    throw new AppFailure({
      code: 'unsupported',
      message: say`bench: the benches are part of a checkout, got an installed copy`,
      cure,
    });
  }
  const args = [runner, ...names, ...(gate ? [] : ['--no-gate'])];
  const child = spawn(process.execPath, args, { stdio: ['inherit', out.json ? 'pipe' : 'inherit', 'inherit'] });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const exit = code ?? (signal === 'SIGINT' ? 130 : 1);
      out.data({ type: 'end', names, code: exit, output }, true);
      resolve(exit);
    });
  });
};
