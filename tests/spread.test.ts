// The native device keeps threads that compute together off each other's processor. What it asks of the system is compiled into a program of its
// own and tried there, with all processors and with one.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCompiler } from '../src/engine/device/cpu/native-build.ts';
import { nativeFolder } from '../src/engine/device/cpu/native-sources.ts';
import { root, scratchFolder } from './support/program.ts';

const folder = scratchFolder();
const compiler = process.platform === 'linux' ? await findCompiler() : null;
const why = process.platform === 'linux' ? 'no C compiler was found' : 'only Linux says where a thread runs';

const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' });

describe('threads that stand aside', () => {
  it.skipIf(compiler === null)(
    `leave taken processors and come back${compiler === null ? ` (skipped: ${why})` : ''}`,
    () => {
      const program = join(folder, 'spread');
      const source = join(root, 'tests/spread/main.c');
      const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-Wall', '-Werror', '-iquote', nativeFolder];
      const built = run(compiler?.command ?? 'cc', ...flags, source, '-o', program);
      expect(built.stderr).toBe('');
      expect(run(program)).toMatchObject({ status: 0, stdout: '' });
      const alone = run('taskset', '-c', '0', program);
      if (alone.error === undefined && !alone.stderr.includes('taskset:'))
        expect(alone).toMatchObject({ status: 0, stdout: '' });
    },
  );
});
