// `race FILE --session OUT`: trains every run of an experiment into a session file.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { refusal } from '../../lab/experiments.ts';
import { asFile } from '../../lab/files.ts';
import type { Command } from '../command.ts';
import { loadExperiment, type Overrides } from '../experiment-file.ts';
import { onInterrupt } from '../interrupt.ts';
import { RaceProgress } from '../race-progress.ts';
import { untilDone } from '../run-race.ts';
import { withLab } from '../with-lab.ts';

export interface RaceOptions extends Overrides {
  readonly session: string;
  readonly overwrite?: boolean;
}

export const race: Command<[string, RaceOptions]> = (out, file, options) => {
  const progress = new RaceProgress(out);
  const interrupt = onInterrupt();
  return withLab(progress.listen, async (lab) => {
    // Everything that can be wrong is found before a file is touched.
    const spec = await loadExperiment(lab, file, options);
    const judged = await lab.judge(spec);
    if (judged.spec === null) throw refusal('race', judged.issues);
    const path = resolve(options.session);
    await makeRoom(path, options.overwrite ?? false);
    await lab.newSession(spec.name, spec, path);
    const state = await lab.start(spec);
    out.data({ type: 'start', session: state.path, runs: state.runs.map(({ id, name }) => ({ id, name })) });
    return untilDone(
      out,
      lab,
      progress,
      interrupt,
      state.runs.map((run) => run.id),
    );
  }).finally(() => interrupt.release());
};

async function makeRoom(path: string, overwrite: boolean): Promise<void> {
  if (existsSync(path)) {
    if (!overwrite) {
      throw new AppFailure({
        code: 'conflict',
        message: `race: --session must name a new file, got ${path}, which is there`,
        field: 'session',
        cure: 'Choose another name, go on with "minrnn resume", or replace it with --overwrite.',
      });
    }
    for (const suffix of ['', '-wal', '-shm']) await asFile('race', path, () => rm(path + suffix, { force: true }));
  }
  await asFile('race', path, () => mkdir(dirname(path), { recursive: true }));
}
