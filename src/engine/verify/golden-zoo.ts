// Golden vectors of the zoo's recurrences with elementwise state (docs/user/zoo.md): the model of each in every implementation, and forms of the
// published code that no model has, made of ops.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { gilr } from '../models/gilr.ts';
import { lastStep } from '../models/loop.ts';
import { gilr as gilrCell } from '../ops/cells.ts';
import { concat, linear, linearScan, mul, sigmoid, split, tanh } from '../ops/functional.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Recipes = (test: GoldenLayerCase) => readonly GoldenRecipe[];

/** A carried state of the case; null where it begins from nothing. */
const given = ({ inputs }: GoldenLayerCase, tensor: Tensor, name: string): ValueId | null =>
  name in inputs ? tensor(name) : null;

/** An LSTM whose gates read a GILR instead of its own result: f | i | o | z from [h~ | x], and no tanh behind the cell. */
function gilrLstm(b: GraphBuilder, tensor: Tensor, hidden: number): Record<string, ValueId> {
  const x = tensor('x');
  const side = (weight: string, bias: string): ValueId => linear(b, x, tensor(weight), tensor(bias));
  const inner = gilrCell(b, concat(b, [side('U', 'b'), side('V', 'c')], 2), null, 'tanh').y;
  const all = linear(b, concat(b, [inner, x], 2), tensor('W'), tensor('bW'));
  const [f, i, o, z] = split(b, all, 2, [hidden, hidden, hidden, hidden]);
  const c = linearScan(b, sigmoid(b, f), mul(b, sigmoid(b, i), tanh(b, z)));
  return { h: mul(b, sigmoid(b, o), c), cN: lastStep(b, c), hN: lastStep(b, inner) };
}

const gilrCases: Recipes = (test) => {
  const { config, params } = test;
  const hidden = Number(config['H']);
  if ('W' in params) return [{ title: 'ops', weights: {}, build: (b, tensor) => gilrLstm(b, tensor, hidden) }];
  const values = { activation: String(config['activation']) };
  return waysOf('gilr', Number(config['I']), hidden, values).map((way) => ({
    title: way.implementation,
    weights: { weight: ['U', 'V'], bias: ['b', 'c'] },
    build: (b, tensor) => {
      const h0 = given(test, tensor, 'h0');
      return { h: gilr.parallel(b, tensor('x'), h0 === null ? null : [h0], way).y };
    },
  }));
};

/** By the name of the file. */
export const zooRecipes: Readonly<Record<string, Recipes>> = {
  gilr: gilrCases,
};
