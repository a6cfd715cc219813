// Golden vectors of MatMul-free layers: the linear layer alone, both forms of the recurrence, and the gated MLP.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { bitLinear } from '../models/bit-linear.ts';
import { mlgru } from '../models/mlgru.ts';
import { hgrn } from '../ops/cells.ts';
import * as op from '../ops/functional.ts';
import type { GoldenLayerCase, GoldenRecipe } from './golden.ts';
import { waysOf } from './golden-ways.ts';

type Tensor = (name: string) => ValueId;
type Outputs = Readonly<Record<string, ValueId>>;

const layer = (b: GraphBuilder, tensor: Tensor, x: ValueId, weight: string, norm: string): ValueId =>
  bitLinear(b, x, { weight: tensor(weight), norm: tensor(norm), bias: null }, true);

/** The released form, from the bound of the case. */
function releasedMixer(b: GraphBuilder, tensor: Tensor, eps: number): Outputs {
  const x = tensor('x');
  const of = (gate: string): ValueId => layer(b, tensor, x, `W${gate}`, `norm_${gate}`);
  const { y: h } = hgrn(b, op.concat(b, [of('i'), of('f')], 2), tensor('lower_bound'), null);
  const gated = op.mul(b, op.rmsNorm(b, of('g'), tensor('g_norm'), eps), op.silu(b, h));
  return { y: layer(b, tensor, gated, 'Wo', 'norm_o'), h };
}

/** The equations: what the model computes, and its states from the same weights. */
function paperMixer({ config }: GoldenLayerCase): readonly GoldenRecipe[] {
  const [width, hidden] = [Number(config['D']), Number(config['E'])];
  const weights = Object.fromEntries(
    ['i', 'f', 'g', 'o'].flatMap((gate) => [
      [`${gate}/weight`, [`W${gate}`]],
      [`${gate}/norm`, [`norm_${gate}`]],
      [`${gate}/bias`, [`b${gate}`]],
    ]),
  ) as Record<string, readonly string[]>;
  return waysOf('mlgru', width, hidden, { form: 'paper', ternary: true }).map((way) => ({
    title: way.implementation,
    weights,
    build: (b, tensor) => {
      const x = tensor('x');
      const known = (name: string): ValueId => {
        const variable = b.program.variables.find((one) => one.name === name);
        if (variable === undefined) throw new Error(`golden: weight ${name} must be there`);
        return b.read(variable);
      };
      const { y } = mlgru.parallel(b, x, null, way);
      const of = (gate: string): ValueId => {
        const part = (name: string): ValueId => known(`${gate}/${name}`);
        return bitLinear(b, x, { weight: part('weight'), norm: part('norm'), bias: part('bias') }, true);
      };
      const u = op.concat(b, [of('i'), of('f')], 2);
      return { y, h: hgrn(b, u, op.constant(b, [hidden], 0), null).y };
    },
  }));
}

function gatedMlp(b: GraphBuilder, tensor: Tensor, inner: number): Outputs {
  const both = layer(b, tensor, tensor('x'), 'Wgate', 'norm_gate');
  const [gate, value] = op.split(b, both, 2, [inner, inner]);
  return { y: layer(b, tensor, op.mul(b, op.silu(b, gate), value), 'Wdown', 'norm_down') };
}

export function ternaryCases(test: GoldenLayerCase): readonly GoldenRecipe[] {
  const { config, params } = test;
  if (config['kind'] === 'paper') return paperMixer(test);
  const build = (b: GraphBuilder, tensor: Tensor): Outputs => {
    if (config['kind'] === 'code') return releasedMixer(b, tensor, Number(config['g_norm_eps']));
    if ('Wgate' in params) return gatedMlp(b, tensor, Number(config['E']));
    return { y: layer(b, tensor, tensor('x'), 'W', 'norm') };
  };
  return [{ title: 'ops', weights: {}, build }];
}
