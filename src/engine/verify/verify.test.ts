// `verify` finds no error here, and reports errors where there are some.
import { describe, expect, it } from 'vitest';
import { ownGolden, readGoldenFolder } from '../../cli/golden-files.ts';
import { loadDevice } from '../device/registry.ts';
import { verify, type VerifyOptions, type VerifyRow } from './verify.ts';

const golden = await readGoldenFolder(ownGolden);

async function rowsOf(options: VerifyOptions): Promise<VerifyRow[]> {
  const rows: VerifyRow[] = [];
  for await (const row of verify(options)) rows.push(row);
  return rows;
}

describe('verify', () => {
  it('finds golden vectors right on every device, and says what it skips', async () => {
    const cpu = await loadDevice('cpu');
    const devices = (await cpu.unavailable()) === null ? [{ device: cpu, options: { threads: 2 } }] : [];
    const files = [...golden, { name: 'unheard-of', content: { cases: [{}] } }];
    const rows = await rowsOf({ devices, golden: files, only: ['golden'] });
    expect(rows.flatMap(({ problems }) => problems)).toEqual([]);
    expect(rows).toHaveLength(files.length * (devices.length + 1));
    for (const { name, skipped, checks } of rows) {
      if (name.startsWith('unheard-of')) expect(skipped).toMatch(/no layer/);
      else expect(checks).toBeGreaterThan(0);
    }
  });

  it('fails a golden file that is broken or whose numbers are wrong, and goes on', async () => {
    const scan = golden.find(({ name }) => name === 'scan');
    const wrong = JSON.parse(JSON.stringify(scan?.content)) as { cases: { loss: number }[] };
    wrong.cases[0].loss += 1;
    const files = [
      { name: 'lstm', content: 'nothing' },
      { name: 'gru', content: { cases: [{}] } },
      { name: 'scan', content: wrong },
    ];
    const rows = await rowsOf({ devices: [], golden: files, only: ['golden'] });
    expect(rows[0]).toMatchObject({
      passed: false,
      problems: ['golden lstm: a file must be an object with a list of cases'],
    });
    expect(rows[1]).toMatchObject({ passed: false });
    expect(rows[2]?.problems.join()).toMatch(/scan .*loss on reference: relative error/);
  });

  it('has rows for every op and model, all passing on the reference', async () => {
    const rows = await rowsOf({ devices: [], golden: [], only: ['op', 'model'] });
    expect(rows.filter((row) => !row.passed)).toEqual([]);
    const names = rows.map(({ name }) => name);
    for (const name of ['matmul', 'adam', 'minGRU log-scan: chunks', 'LSTM loop: forms agree'])
      expect(names).toContain(name);
  });
});
