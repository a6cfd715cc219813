// A person's prompt stays, whatever arrives late and however the order of runs changes.
import { nextTick, shallowRef } from 'vue';
import { expect, test } from 'vitest';
import type { RunId } from '../../../../protocol/state.ts';
import { own, usePrompt } from './use-prompt.ts';

const [first, second, third] = ['a', 'b', 'c'] as RunId[] as [RunId, RunId, RunId];
const whale = { prompt: 'whale', ...own };

test('the runs of one panel determine the prompt once, in whatever order they are', async () => {
  const runs = shallowRef<readonly RunId[]>([]);
  const { prompt, asked, ask } = usePrompt(runs, (run) => Promise.resolve(`own of ${run}`));
  runs.value = [first, second];
  await nextTick();
  await nextTick();
  expect(prompt.value).toBe('own of a');
  expect(asked.value).toEqual({ prompt: 'own of a', ...own });
  prompt.value = 'whale';
  ask(whale);
  for (const now of [[second, first], [second], [], [first, second, third]]) {
    runs.value = now;
    await nextTick();
    await nextTick();
    expect([prompt.value, asked.value]).toEqual(['whale', whale]);
  }
});

test('a late answer changes neither a prompt that was typed nor the texts that were asked for', async () => {
  const told = Promise.withResolvers<string>();
  const { prompt, asked, ask } = usePrompt(shallowRef([first]), () => told.promise);
  prompt.value = 'whale';
  ask(whale);
  told.resolve('own');
  await nextTick();
  await nextTick();
  expect([prompt.value, asked.value]).toEqual(['whale', whale]);
});

test('runs of another race determine a new one, and text typed by a person stays', async () => {
  const runs = shallowRef<readonly RunId[]>([first]);
  const { prompt, asked, ask } = usePrompt(runs, (run) => Promise.resolve(`own of ${run}`));
  await nextTick();
  await nextTick();
  prompt.value = 'whale';
  ask(whale);
  runs.value = [third];
  await nextTick();
  await nextTick();
  expect(prompt.value).toBe('whale');
  expect(asked.value).toEqual({ prompt: 'own of c', ...own });
});
