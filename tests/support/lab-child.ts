// A lab in a process of its own that can be killed: starts an experiment in a new session or resumes a session, and prints what has
// been written to the file. node lab-child.ts SESSION [EXPERIMENT]
import { readFileSync } from 'node:fs';
import { Lab } from '../../src/lab/lab.ts';
import { act } from '../../src/lab/race/race-actions.ts';
import type { LabEvents } from '../../src/protocol/lab.ts';

const [path = '', experiment] = process.argv.slice(2);
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const seen = new Map<string, number>();

const lab = await Lab.open({
  onEvent: (name, payload) => {
    if (name === 'metrics/appended') {
      const { run, columns } = payload as LabEvents['metrics/appended'];
      for (const { metric, step, value } of columns) say({ type: 'points', run, metric, step, value });
    }
    if (name === 'problem') say({ type: 'problem', ...payload });
    if (name === 'runs/changed') {
      for (const { id, checkpoints } of (payload as LabEvents['runs/changed']).runs) {
        const step = Math.max(-1, ...checkpoints.filter((mark) => mark.kind === 'latest').map((mark) => mark.step));
        if (step > (seen.get(id) ?? -1)) say({ type: 'checkpoint', run: id, step });
        seen.set(id, step);
      }
    }
  },
});
if (experiment === undefined) {
  await lab.session.open(path);
  await act(lab.race, [], { kind: 'resume' }, lab.catalogue().training);
} else {
  await lab.session.create('killed', null, path);
  await lab.start(JSON.parse(readFileSync(experiment, 'utf8')));
}
say({ type: 'engines', pids: lab.keeper.runs().map((run) => lab.race.pidOf(run.id)) });
await lab.race.idle();
await lab.close();
say({ type: 'end' });
process.exit(0);
