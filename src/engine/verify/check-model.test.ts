// Every registered model computes the same function in all its forms, on every device that works here.
import { describe, expect, it } from 'vitest';
import { loadDevice } from '../device/registry.ts';
import { models } from '../models/registry.ts';
import { modelCases } from './check-model.ts';
import { failures } from './compare.ts';
import { checkRecurrence } from './recurrence.ts';

const cpu = await loadDevice('cpu');
const why = await cpu.unavailable();
const devices = why === null ? [1, 2].map((threads) => ({ device: cpu, options: { threads } })) : [];

describe.each(Object.values(models))('$title', (model) => {
  it.each(modelCases(model).map((one) => [one.name, one] as const))('%s', async (_, recurrence) => {
    const groups = await checkRecurrence(recurrence, devices);
    const all = groups.flatMap(({ comparisons }) => comparisons);
    expect(failures(all)).toEqual([]);
    expect(all.length).toBeGreaterThan(4 * recurrence.forms.length);
  });
});
