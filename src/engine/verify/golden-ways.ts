// The implementations of a model that every device has, set up for a case of golden vectors.
import type { GoldenLayerCase } from './golden.ts';
import { everywhere, type MixerConfig } from '../models/model.ts';
import { findModel } from '../models/registry.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';

/** The implementations of a model that can compute this configuration. */
export function waysOf(kind: string, width: number, hidden: number, values: FieldValues): MixerConfig[] {
  const model = findModel(kind);
  if (!model) throw new Error(`golden: model ${kind} must be in the registry`);
  const complete = { ...defaultsOf(model.fields), ...values };
  return everywhere(model.implementations)
    .map(({ id }): MixerConfig => ({
      width,
      hidden,
      implementation: id,
      layer: 0,
      layers: 1,
      longest: 1,
      values: complete,
    }))
    .filter((config) => !model.refuse?.(config));
}

/** Without the loop, unless the case begins from a state: its graph grows with the length, and it computes the same as the others (check-model.ts). */
export const loopsFromState = ({ inputs }: GoldenLayerCase, ways: readonly MixerConfig[]): readonly MixerConfig[] =>
  ways.filter(({ implementation }) => implementation !== 'loop' || Object.keys(inputs).length > 1);

/** The first implementation alone, unless the case begins from a state: all compute the same (check-model.ts), and each case compiles anew on webgpu. */
export const othersFromState = ({ inputs }: GoldenLayerCase, ways: readonly MixerConfig[]): readonly MixerConfig[] =>
  Object.keys(inputs).length > 1 ? ways : ways.slice(0, 1);
