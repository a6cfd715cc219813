// Golden vectors of long filters: Hyena with its filters, positions and windows.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { headMask } from '../models/head-blocks.ts';
import { hyena } from '../models/hyena.ts';
import { featuresOf, implicitFilters, relativeDistances, windowOf, windowRates } from '../models/implicit-filter.ts';
import * as op from '../ops/functional.ts';
import type { FieldValues } from '../spec/fields.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { waysOf } from './golden-ways.ts';

type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];

/** [rows, columns] -> [columns, rows]. */
function transposed(b: GraphBuilder, x: ValueId): ValueId {
  const [rows = 1] = b.shape(x);
  return op.matmul(b, x, headMask(b, rows, 1), { transA: true });
}

/** Positions, distances, rates and windows from sizes alone. */
function positions({ config }: GoldenLayerCase): readonly GoldenRecipe[] {
  const length = Number(config['l_max']);
  const count = Number(config['d_model']) * (Number(config['order']) - 1);
  const bands = (Number(config['emb_dim']) - 1) / 2;
  const build: GoldenRecipe['build'] = (b) => ({
    z: featuresOf(b, length, bands),
    t: op.reshape(b, relativeDistances(b, length), [length]),
    deltas: op.neg(b, op.reshape(b, windowRates(b, count), [count])),
    decay: windowOf(b, length, count),
  });
  return [{ title: 'ops', weights: {}, build }];
}

/** Fields of the model for the sizes of a case. */
const hyenaValues = ({ config, params }: GoldenLayerCase): FieldValues => ({
  order: Number(config['order']),
  filterWidth: Number(config['filter_order']),
  filterLayers: Number(config['num_inner_mlps']),
  bands: (Number(config['emb_dim']) - 1) / 2,
  window: config['modulate'] === true,
  windowShift: Number(config['shift']),
  learnFeatures: 'z' in params,
});

function hyenaWeights({ config, params }: GoldenLayerCase): GoldenRecipe['weights'] {
  const weights: Record<string, readonly string[]> = {
    in: ['in_proj.weight'],
    inBias: ['in_proj.bias'],
    short: ['short_filter.weight'],
    shortBias: ['short_filter.bias'],
    frequency: ['freq'],
    filterOut: ['mlp_out.weight'],
    skip: ['filter_bias'],
    ...('z' in params ? { features: ['z'] } : {}),
  };
  for (let layer = 0; layer <= Number(config['num_inner_mlps']); layer++) {
    weights[`filter${layer}`] = [`mlp${layer}.weight`];
    weights[`filterBias${layer}`] = [`mlp${layer}.bias`];
  }
  return weights;
}

export const hyenaCases: Recipes = (test) => {
  const { config, params, outputs } = test;
  if (Object.keys(params).length === 0) return positions(test);
  const [width, order, longest] = ['d_model', 'order', 'l_max'].map((name) => Number(config[name]));
  const [, , time = 1] = outputs['k'].shape;
  return waysOf('hyena', width, width, hyenaValues(test)).map((way) => ({
    title: way.implementation,
    weights: hyenaWeights(test),
    build: (b, tensor) => {
      const one = { ...way, longest };
      const { y } = hyena.parallel(b, tensor('x'), null, one);
      const filters = implicitFilters(b, { length: longest, width, count: order - 1 }, one.values).map((filter) =>
        op.reshape(b, transposed(b, op.slice(b, filter, 0, 0, time)), [1, width, time]),
      );
      const k = filters.length === 1 ? (filters[0] ?? y) : op.concat(b, filters, 0);
      return { y: op.linear(b, y, tensor('out_proj.weight'), tensor('out_proj.bias')), k };
    },
  }));
};
