// One dispatch over many tensors that are in few buffers: each buffer is bound once, over the range of its tensors, and the code contains
// the start of each tensor. It is generated when addresses are known. Independent of ops and Dawn.
import { groupsOf, type GpuPlace, type GpuTraits } from './lowering.ts';

/** Where a place begins: `binding[first]`, in vectors of four. */
export interface Spot {
  readonly binding: string;
  readonly first: number;
}

/** `fn NAME(group: u32, lane: u32, …)` without `fn NAME`; `args` follow group and lane. */
export interface Part {
  /** Workgroups that the tensor needs. */
  readonly groups: number;
  readonly body: string;
  readonly args: readonly number[];
}

export interface RegionCode {
  /** The tensors of this dispatch and their places; all tensors unless a limit forces several dispatches. */
  readonly items: readonly { readonly index: number; readonly spots: readonly Spot[] }[];
  readonly shared: readonly Spot[];
}

export interface RegionDispatch {
  readonly label: string;
  /** Places of each tensor and of what belongs to it. A last, partial vector may be written completely: the bytes after a tensor are unused. */
  readonly items: readonly (readonly GpuPlace[])[];
  /** Places that all need. */
  readonly shared: readonly GpuPlace[];
  /** Bound for itself, as `results: array<f32>`. */
  readonly results?: GpuPlace;
  readonly lanes: number;
  /** Module-scope code that the parts use. */
  readonly functions: string;
  readonly part: (item: RegionCode['items'][number], shared: readonly Spot[]) => Part;
}

/** WGSL that assigns every workgroup to its part, and the number of groups. `declarations` are those of the bindings. */
export function regionCode(
  { lanes, functions, part }: RegionDispatch,
  { items, shared }: RegionCode,
  declarations: string,
  traits: GpuTraits,
): { readonly code: string; readonly groups: readonly [number, number, number] } {
  const parts = items.map((item) => part(item, shared));
  const total = parts.reduce((sum, { groups }) => sum + groups, 0);
  const { groups, group } = groupsOf(total, traits);
  const names = new Map<string, string>();
  for (const { body } of parts) if (!names.has(body)) names.set(body, `part${names.size}`);
  const leaves: Leaf[] = [];
  let first = 0;
  for (const { groups: count, body, args } of parts) {
    leaves.push({ first, name: names.get(body) ?? '', args });
    first += count;
  }
  const code = `${declarations}
${functions}
${[...names].map(([body, name]) => `fn ${name}${body}`).join('\n')}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let group = ${group};
  ${groups[0] * groups[1] === total ? '' : `if (group >= ${total}u) { return; }`}
  ${tree(leaves)}
}`;
  return { code, groups };
}

interface Leaf {
  readonly first: number;
  readonly name: string;
  readonly args: readonly number[];
}

/** Binary search: all lanes of a workgroup take the same branch. */
function tree(leaves: readonly Leaf[]): string {
  const [leaf] = leaves;
  if (!leaf) return '';
  if (leaves.length === 1) {
    return `${leaf.name}(${[`group - ${leaf.first}u`, 'lane', ...leaf.args.map((arg) => `${arg}u`)].join(', ')});`;
  }
  const middle = leaves.length >> 1;
  const border = leaves[middle]?.first ?? 0;
  return `if (group < ${border}u) { ${tree(leaves.slice(0, middle))} } else { ${tree(leaves.slice(middle))} }`;
}

/** WGSL of number `offset` of a place, as f32. */
export const scalarAt = ({ binding, first }: Spot, offset = 0): string =>
  `${binding}[${first + (offset >> 2)}u][${offset & 3}u]`;

/** Vectors of four that hold `size` numbers. */
export const quadsOf = (size: number): number => Math.ceil(size / 4);
