// Sums in a fixed order on webgpu: lanes that reduce one value, and the last step that adds partial results. Independent of ops.
import { bind, type GpuPlace, type GpuTraits, type GpuWriter } from '../plan/gpu/lowering.ts';

export type Reduction = 'sum' | 'max';

/** Lanes for a row of `width` numbers: a power of two. One on a software adapter, where barriers cost more than additions. */
export function lanesFor(width: number, { software, maxInvocations }: GpuTraits): number {
  if (software) return 1;
  let lanes = 32;
  while (lanes * 4 < width && lanes < Math.min(256, maxInvocations)) lanes *= 2;
  return lanes;
}

/** What a lane adds up: one number, or four side by side. */
export type Reduced = 'f32' | 'vec4f';

/**
 * `fn reduce_sum(lane: u32, value: f32) -> f32` (or reduce_max; or of vec4f): the sum over all lanes of the workgroup, for every lane.
 * To be called by all lanes together.
 */
export function reduction(kind: Reduction, lanes: number, traits: GpuTraits, type: Reduced = 'f32'): string {
  const name = `reduce_${kind}`;
  if (lanes === 1) return `fn ${name}(lane: u32, value: ${type}) -> ${type} { return value; }`;
  const parts = `var<workgroup> ${name}_parts: array<${type}, ${lanes}>;`;
  return `${parts}\n${traits.subgroups ? bySubgroups(kind, name, lanes, type) : byTree(kind, name, lanes, type)}`;
}

/**
 * Each subgroup reduces its lanes; one lane stores the result in its slot, the other slots get the neutral element. Then every subgroup
 * reduces all slots, spread over its lanes by rank. Correct for any subgroup size, full or not, and any assignment of lanes to subgroups,
 * since WGSL guarantees none.
 */
function bySubgroups(kind: Reduction, name: string, lanes: number, type: Reduced): string {
  const [reduce, neutral] = kind === 'sum' ? ['subgroupAdd', '0f'] : ['subgroupMax', '-3.4028234e38f'];
  const next = `${name}_parts[i]`;
  return `fn ${name}(lane: u32, value: ${type}) -> ${type} {
  let own = ${reduce}(value);
  ${name}_parts[lane] = select(${type}(${neutral}), own, subgroupElect());
  let rank = subgroupExclusiveAdd(1u);
  let members = subgroupAdd(1u);
  workgroupBarrier();
  var all = ${type}(${neutral});
  for (var i = rank; i < ${lanes}u; i += members) { all = ${kind === 'sum' ? `all + ${next}` : `max(all, ${next})`}; }
  all = ${reduce}(all);
  workgroupBarrier();
  return all;
}`;
}

function byTree(kind: Reduction, name: string, lanes: number, type: Reduced): string {
  const join = (a: string, b: string) => (kind === 'sum' ? `${a} + ${b}` : `max(${a}, ${b})`);
  return `fn ${name}(lane: u32, value: ${type}) -> ${type} {
  ${name}_parts[lane] = value;
  workgroupBarrier();
  for (var stride = ${lanes / 2}u; stride > 0u; stride /= 2u) {
    if (lane < stride) { ${name}_parts[lane] = ${join(`${name}_parts[lane]`, `${name}_parts[lane + stride]`)}; }
    workgroupBarrier();
  }
  let all = ${name}_parts[0];
  workgroupBarrier();
  return all;
}`;
}

/** Head of `main` for `lanes` lanes a workgroup, `wid` and `lane` declared. */
export const groupHead = (lanes: number): string => `@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {`;

export interface PartSums {
  /** `count` groups of f32, one of each sum. */
  readonly parts: GpuPlace;
  /** Names of the sums in code. */
  readonly sums: readonly string[];
  readonly count: number;
  /** Where `store` writes. */
  readonly results: Readonly<Record<string, GpuPlace>>;
  /** WGSL statements from the sums. */
  readonly store: string;
  readonly functions?: string;
}

/** Adds all parts in one workgroup and stores what follows from the sums. */
export function finishSums(gpu: GpuWriter, { parts, sums, count, results, store, functions = '' }: PartSums): void {
  const lanes = lanesFor(count, gpu.traits);
  const { declarations, buffers } = bind({ parts, ...results });
  const add = sums.map((name, i) => `own_${name} += parts[${sums.length}u * i + ${i}u];`);
  const code = `${declarations}
${functions}
${reduction('sum', lanes, gpu.traits)}
${groupHead(lanes)}
  ${sums.map((name) => `var own_${name} = 0f;`).join(' ')}
  for (var i = lane; i < ${count}u; i += ${lanes}u) { ${add.join(' ')} }
  ${sums.map((name) => `let ${name} = reduce_sum(lane, own_${name});`).join('\n  ')}
  if (lane == 0u) { ${store} }
}`;
  gpu.dispatch({ label: 'sum of parts', code, buffers, groups: [1, 1, 1] });
}

/** Into how many parts `rows` are cut for partial sums. */
export const partsOf = (rows: number, { software }: GpuTraits): number =>
  Math.max(1, Math.min(software ? 16 : 256, Math.ceil(rows / 4)));
