// Planned memory compared with the project's targets, for every kernel module that can be planned here.
import { describe, expect, test } from 'vitest';
import { layerProgram, layerShapes, planners, targets, textMemory } from '../bench/memory-plans.ts';
import { textShape } from '../bench/programs.ts';

const all = await planners();
const slabs = all.filter(({ schedule }) => schedule === 'slab');

describe.each(all)('$name, $schedule', (planner) => {
  test.each(layerShapes)('fused minGRU takes no more than fused GRU, minLSTM than LSTM: %o', (shape) => {
    const bytes = (model: 'minGru' | 'gru' | 'minLstm' | 'lstm'): number =>
      planner.plan(layerProgram(model, 'fused', shape)).total;
    expect(bytes('minGru')).toBeLessThanOrEqual(targets.minimalOverClassic * bytes('gru'));
    expect(bytes('minLstm')).toBeLessThanOrEqual(targets.minimalOverClassic * bytes('lstm'));
  });

  test('the text step stays within its bytes', () => {
    const { total } = textMemory(planner, textShape.B).report;
    expect(total).toBeLessThanOrEqual(planner.schedule === 'slab' ? targets.textSlab : targets.textByOp);
  });
});

test('what the fusion saves: the paper’s arithmetic op by op takes more than the fused cell, op by op', () => {
  for (const planner of all.filter(({ schedule }) => schedule === 'op-by-op')) {
    const bytes = ['fused', 'scan', 'log-scan'].map(
      (implementation) =>
        planner.plan(layerProgram('minGru', implementation, layerShapes[0], { asWritten: true })).total,
    );
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(bytes[2]).toBeGreaterThan(1.5 * bytes[0]);
  }
});

describe.each(slabs)('$name: doubling the batch', (planner) => {
  const page = 65536;

  /** Bytes that are in no other line of the report vary with page rounding. */
  const growth = (batch: number): Readonly<Record<'activations' | 'workspace' | 'rest' | 'inputs', number>> => {
    const [one, two] = [batch, 2 * batch].map((samples) => textMemory(planner, samples));
    const line = (name: 'activations' | 'workspace' | 'total'): number => two.report[name] - one.report[name];
    const [activations, workspace] = [line('activations'), line('workspace')];
    return { activations, workspace, rest: line('total') - workspace - activations, inputs: two.inputs - one.inputs };
  };

  test.each([textShape.B, 1024])('of %i samples adds the inputs and no more', (batch) => {
    const { activations, workspace, rest, inputs } = growth(batch);
    expect({ activations, workspace }).toEqual({ activations: 0, workspace: 0 });
    expect(Math.abs(rest - inputs)).toBeLessThanOrEqual(page);
  });

  test('in between adds sets of weight gradients, 32 at most', () => {
    const [few, most] = [textShape.B, 2048].map((batch) => textMemory(planner, batch).report);
    expect(most.activations).toBe(few.activations);
    expect(most.workspace - few.workspace).toBeLessThanOrEqual(32 * few.gradients);
  });
});
