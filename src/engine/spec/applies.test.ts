// A setting counts only where it has an effect: its condition is met, and so is that of the setting it depends on.
import { describe, expect, it } from 'vitest';
import { stackFields } from '../models/stack-fields.ts';
import { trainingFields } from '../training/fields.ts';
import { applies, defaultsOf, type FieldValues } from './fields.ts';

const inStack = (name: string, values: FieldValues): boolean => applies(name, stackFields, values);

describe('applies', () => {
  it('follows conditions through the settings they name', () => {
    expect(inStack('layers', {})).toBe(true);
    expect(inStack('convKernel', { conv: true })).toBe(true);
    expect(inStack('convKernel', { conv: false })).toBe(false);
    expect(inStack('convKernel', { stack: 'mamba', conv: true })).toBe(false);
    expect(inStack('block', { stack: 'own' })).toBe(true);
    expect(inStack('block', { stack: 'paper' })).toBe(false);
  });

  it('takes the default of a setting that a stored run does not have', () => {
    expect(inStack('conv', {})).toBe(true);
    expect(inStack('block', {})).toBe(false);
  });

  it('holds for the settings of training', () => {
    const values = defaultsOf(trainingFields);
    expect(applies('momentum', trainingFields, values)).toBe(false);
    expect(applies('momentum', trainingFields, { ...values, optimiser: 'sgd' })).toBe(true);
    expect(applies('beta1', trainingFields, { ...values, optimiser: 'sgd' })).toBe(false);
  });
});
