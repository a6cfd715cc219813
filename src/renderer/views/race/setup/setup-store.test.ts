// Guarantees of the form: saved while typing, checked once, late answers dropped, and Start sends what is on the screen.
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppFailure } from '../../../../engine/core/result.ts';
import { english, say } from '../../../../engine/core/say.ts';
import type { ExperimentSpec, SpecIssue } from '../../../../engine/spec/run-spec.ts';
import type { LabClient } from '../../../../protocol/rpc.ts';
import type { SessionState } from '../../../../protocol/state.ts';
import { setLabClient } from '../../../services/lab.ts';
import { useSessionStore } from '../../../stores/session.ts';
import { useSetupStore } from './setup-store.ts';

const spec = (amount: number): ExperimentSpec => ({
  format: 'minrnn-experiment',
  version: 1,
  name: 'Race',
  task: { id: 'adding-v1' },
  variants: [{ model: 'gru' }],
  budget: { unit: 'steps', amount },
});
const state = (experiment: ExperimentSpec | null): SessionState => ({
  path: '/s.rnnlab',
  name: 'Race',
  readOnly: false,
  saved: 'saved',
  experiment,
  baseline: null,
  note: '',
  runs: [],
});

/** Records requests; treats a budget of 13 steps as an error of the lab. */
function formLab() {
  const calls: { name: string; spec: ExperimentSpec | undefined }[] = [];
  let refuse = false;
  const issues = (amount: number): SpecIssue[] =>
    amount === 13 ? [{ field: 'budget.amount', message: say`13 is not allowed.`, severity: 'error' }] : [];
  const client = {
    request: async (name: string, params: { spec?: ExperimentSpec; experiment?: ExperimentSpec }) => {
      const given = params.spec ?? params.experiment;
      calls.push({ name, spec: given });
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (refuse) throw new AppFailure({ code: 'disk-full', message: say`session: the disk is full` });
      if (name === 'experiment/validate') return { issues: issues(given?.budget.amount ?? 0) };
      if (name === 'experiment/preflight') return { issues: [], variants: [], memoryFree: given?.budget.amount };
      return state(given ?? null);
    },
    on: () => () => undefined,
    onConnection: () => () => undefined,
    close: () => undefined,
  } as object as LabClient;
  return {
    client,
    calls,
    of: (name: string) => calls.filter((call) => call.name === name),
    refuse: () => (refuse = true),
  };
}

let labSide: ReturnType<typeof formLab>;
beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  labSide = formLab();
  setLabClient(labSide.client);
  useSessionStore().session = state(null);
});
afterEach(() => vi.useRealTimers());

describe('setup store', () => {
  it('saves and judges what was typed last, once', async () => {
    const setup = useSetupStore();
    setup.open(spec(1));
    for (let amount = 2; amount <= 9; amount += 1) {
      setup.change(spec(amount));
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(2000);
    expect(labSide.of('session/edit').map((call) => call.spec?.budget.amount)).toEqual([9]);
    expect(labSide.of('experiment/validate').at(-1)?.spec?.budget.amount).toBe(9);
    expect(setup.preflight?.memoryFree).toBe(9);
    expect(setup.checking).toBe(false);
  });
  it('plans nothing while a field is wrong, and says where', async () => {
    const setup = useSetupStore();
    setup.open(spec(1));
    setup.change(spec(13));
    await vi.advanceTimersByTimeAsync(2000);
    expect(setup.errors.map((issue) => issue.field)).toEqual(['budget.amount']);
    expect(labSide.of('experiment/preflight')).toHaveLength(0);
  });
  it('drops an answer to an older draft', async () => {
    const setup = useSetupStore();
    setup.open(spec(13));
    await vi.advanceTimersByTimeAsync(255);
    setup.change(spec(2));
    await vi.advanceTimersByTimeAsync(30);
    expect(setup.errors).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(setup.preflight?.memoryFree).toBe(2);
  });
  it('keeps text that is no number as an error of its own', () => {
    const setup = useSetupStore();
    setup.setUnread('seeds', 'no seeds');
    expect(setup.errors.map((issue) => english(issue.message))).toEqual(['no seeds']);
    setup.setUnread('seeds', null);
    expect(setup.errors).toEqual([]);
  });
  it('starts exactly what is on the screen, and says when the lab refuses', async () => {
    const setup = useSetupStore();
    setup.open(spec(1));
    setup.change(spec(5));
    const started = setup.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(await started).toBe(true);
    expect(labSide.of('race/start')[0]?.spec?.budget.amount).toBe(5);
    labSide.refuse();
    const refused = setup.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(await refused).toBe(false);
    expect(setup.failure?.code).toBe('disk-full');
    setup.change(spec(6));
    await vi.advanceTimersByTimeAsync(1000);
    expect(setup.unsaved?.code).toBe('disk-full');
  });
});
