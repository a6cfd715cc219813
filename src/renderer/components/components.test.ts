import { say } from '../../engine/core/say.ts';
import { mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import type { MachineReport } from '../../engine/spec/catalogue.ts';
import type { Field } from '../../engine/spec/fields.ts';
import type { Settings } from '../../protocol/state.ts';
import { currentDevice } from './current-device.ts';
import FieldInput from './FieldInput.vue';
import { memoryPartsOf } from '../../engine/spec/memory-parts.ts';
import SegControl from './SegControl.vue';
import StorageField from './StorageField.vue';

describe('FieldInput', () => {
  const field: Field = { kind: 'float', label: 'Learning rate', help: 'Step size.', default: 1e-3, min: 1e-6, max: 1 };
  const make = (modelValue: number | string | undefined, more: object = {}) =>
    mount(FieldInput, { props: { owner: 'training', name: 'learningRate', field, modelValue, ...more } });

  it('shows the default, and a number typed in any way is a number', async () => {
    const wrapper = make(undefined);
    const input = wrapper.get('input');
    expect(input.element.value).toBe('1e-3');
    expect(wrapper.classes()).not.toContain('changed');
    await input.setValue('0.003');
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([0.003]);
  });

  it('passes on what is no number, so that the validation can say so', async () => {
    const wrapper = make(undefined, { error: 'Learning rate “3e” is not a number.' });
    await wrapper.get('input').setValue('3e');
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual(['3e']);
    const input = wrapper.get('input');
    expect(input.attributes('aria-invalid')).toBe('true');
    const described = input.attributes('aria-describedby')?.split(' ') ?? [];
    const words = described.map((id) => wrapper.find(`[id="${id}"]`).text());
    expect(words).toEqual(['Step size.', 'Learning rate “3e” is not a number.']);
  });

  it('is bold when changed and goes back to the default by the arrow', async () => {
    const wrapper = make(0.01);
    expect(wrapper.classes()).toContain('changed');
    await wrapper.get('button.reset').trigger('click');
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([undefined]);
  });

  it('counts a typed default as unchanged, and keeps the text while it is being typed', async () => {
    const wrapper = make(0.01);
    const input = wrapper.get('input');
    await input.trigger('focus');
    await input.setValue('1e-3');
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([undefined]);
    await wrapper.setProps({ modelValue: undefined });
    await input.setValue('1.');
    await wrapper.setProps({ modelValue: 1 });
    expect(input.element.value).toBe('1.');
    await input.trigger('blur');
    expect(input.element.value).toBe('1');
  });
});

describe('FieldInput of a text', () => {
  const field: Field = { kind: 'text', label: 'Prompt', help: 'Starts the sample.', default: 'Call me', maxLength: 50 };

  it('keeps an empty text empty', () => {
    const props = { owner: 'task', name: 'prompt', field, modelValue: '' };
    const wrapper = mount(FieldInput, { props });
    expect(wrapper.get('input').element.value).toBe('');
    expect(wrapper.classes()).toContain('changed');
  });
});

describe('SegControl', () => {
  const options = ['a', 'b', 'c'].map((value) => ({ value, label: value, disabled: value === 'b' }));

  it('is one tab stop, and arrows move around the end and over disabled choices', async () => {
    const wrapper = mount(SegControl<string>, { props: { options, label: 'Axis', modelValue: 'a' } });
    expect(wrapper.findAll('button').map((button) => button.attributes('tabindex'))).toEqual(['0', '-1', '-1']);
    await wrapper.get('[aria-checked="true"]').trigger('keydown', { key: 'ArrowRight' });
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual(['c']);
    await wrapper.setProps({ modelValue: 'c' });
    await nextTick();
    await wrapper.get('[aria-checked="true"]').trigger('keydown', { key: 'ArrowRight' });
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual(['a']);
  });
});

describe('memory parts', () => {
  it('add up to the total', () => {
    const report = { weights: 1, gradients: 2, optimiser: 3, activations: 4, workspace: 5, inputOutput: 6, total: 21 };
    expect(memoryPartsOf(report).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(report.total);
  });
});

describe('current device', () => {
  const machine: MachineReport = {
    version: '0',
    commit: null,
    node: '24',
    platform: 'linux',
    cpu: '',
    cores: 4,
    memoryTotal: 1,
    memoryFree: 1,
    diskFree: null,
    sessionsFolder: '/s',
    devices: [
      { kind: 'webgpu', title: 'SwiftShader', state: 'software', detail: say``, threads: 0, storages: ['f32'] },
      { kind: 'cpu', title: 'CPU', state: 'ready', detail: say``, threads: 4, storages: ['f32'] },
    ],
  };
  const settings = { device: 'auto', threads: 2 } as Settings;

  it('is the first ready one for auto, with the threads that will be used', () => {
    expect(currentDevice(machine, settings, [])).toEqual({ title: 'CPU', threads: 2, software: false });
  });

  it('says so when the chosen one is software', () => {
    expect(currentDevice(machine, { ...settings, device: 'webgpu' }, [])?.software).toBe(true);
    expect(currentDevice(null, settings, [])).toBeNull();
  });
});

describe('StorageField', () => {
  it('says what the chosen storage does, and what is wrong with it', () => {
    const problem = 'Storage f16 needs an adapter with shader-f16; SwiftShader has none.';
    const global = { plugins: [createPinia()] };
    const wrapper = mount(StorageField, { props: { modelValue: 'f16', problem }, global });
    expect(wrapper.text()).toContain('16 bits');
    expect(wrapper.get('.help').text()).toMatch(/^Large activations take half the memory\./);
    expect(wrapper.get('.msg').text()).toBe(problem);
    expect(
      mount(StorageField, { props: { modelValue: 'f32' }, global })
        .find('.msg')
        .exists(),
    ).toBe(false);
  });
});
