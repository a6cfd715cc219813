// Every model: a line each. Add a model = one file and one line here (`npm run new -- model my-model`).
import { aaren } from './aaren.ts';
import { elman } from './elman.ts';
import { gau } from './gau.ts';
import { gilr } from './gilr.ts';
import { gla } from './gla.ts';
import { gru } from './gru.ts';
import { h3 } from './h3.ts';
import { hgrn } from './hgrn.ts';
import { hgrn2 } from './hgrn2.ts';
import { hgrnComplex } from './hgrn-complex.ts';
import { hyena } from './hyena.ts';
import { linearAttention } from './linear-attention.ts';
import { lru } from './lru.ts';
import { lstm } from './lstm.ts';
import { minGru } from './min-gru.ts';
import { minLstm } from './min-lstm.ts';
import { mlgru } from './mlgru.ts';
import { mLstm } from './mlstm.ts';
import type { ModelDef } from './model.ts';
import { ode } from './ode.ts';
import { qrnn } from './qrnn.ts';
import { retention } from './retention.ts';
import { rgLru } from './rg-lru.ts';
import { rwkv4 } from './rwkv4.ts';
import { s4 } from './s4.ts';
import { s4d } from './s4d.ts';
import { s5 } from './s5.ts';
import { s6 } from './s6.ts';
import { slru } from './slru.ts';
import { slstm } from './slstm.ts';
import { sru } from './sru.ts';
import { transformer } from './transformer.ts';

export const models = {
  minGru,
  minLstm,
  gru,
  lstm,
  elman,
  qrnn,
  hgrn,
  gilr,
  sru,
  rgLru,
  lru,
  slru,
  rwkv4,
  aaren,
  hgrnComplex,
  transformer,
  mlgru,
  s4d,
  s5,
  s6,
  hyena,
  gau,
  slstm,
  linearAttention,
  retention,
  gla,
  hgrn2,
  mLstm,
  s4,
  h3,
  ode,
} as const satisfies Record<string, ModelDef>;

export type ModelKind = keyof typeof models;

/** The definition of a model by its kind; null when there is none. */
export function findModel(kind: string): ModelDef | null {
  return Object.hasOwn(models, kind) ? models[kind as ModelKind] : null;
}
