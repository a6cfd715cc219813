// Merges neighbouring dispatches that do not depend on each other: each dispatch costs the host time, and small ones leave most of a GPU idle.
// Works on texts and byte ranges alone; independent of ops.
import { groupsOf } from './lowering.ts';
import { mergedModule, readKernel, type Kernel } from './merge-code.ts';
import type { GpuLimits, GpuRange, PlannedDispatch } from './plan.ts';
import { overlap } from './resolve.ts';

interface Binding {
  readonly range: GpuRange;
  readonly type: string;
  changes: boolean;
}

interface Member {
  readonly dispatch: PlannedDispatch;
  readonly kernel: Kernel;
  /** Index into the bindings of the group, for each own binding. */
  readonly at: readonly number[];
}

class Group {
  readonly members: Member[] = [];
  readonly bindings: Binding[] = [];
  readonly #limits: GpuLimits;

  constructor(limits: GpuLimits) {
    this.#limits = limits;
  }

  /** Adds a dispatch, unless it depends on a member or a limit forbids it. */
  take(dispatch: PlannedDispatch, kernel: Kernel): boolean {
    const at: number[] = [];
    const added: Binding[] = [];
    for (const [i, range] of dispatch.ranges.entries()) {
      const changes = dispatch.changes[i] ?? true;
      const type = kernel.types[i] ?? '';
      const near = this.bindings.filter((binding) => overlap(binding.range, range));
      const [same] = near;
      if (!same) {
        at.push(this.bindings.length + added.length);
        added.push({ range, type, changes });
        continue;
      }
      const equal = same.range.offset === range.offset && same.range.bytes === range.bytes && same.type === type;
      if (near.length > 1 || !equal || changes || same.changes) return false;
      at.push(this.bindings.indexOf(same));
    }
    if (this.bindings.length + added.length > this.#limits.maxBindings || !this.#fits(kernel)) return false;
    this.bindings.push(...added);
    this.members.push({ dispatch, kernel, at });
    return true;
  }

  /** Workgroups of one size (flat kernels take any), and memory for all members at once. */
  #fits(kernel: Kernel): boolean {
    if (this.members.length === 0) return true;
    const all = [...this.members.map((member) => member.kernel), kernel];
    const sizes = new Set(all.filter(({ flat }) => !flat).map(({ size }) => size.join()));
    const texts = new Map(all.flatMap(({ shared }) => shared.map(({ text, bytes }) => [text, bytes] as const)));
    const bytes = [...texts.values()].reduce((sum, one) => sum + one, 0);
    return sizes.size <= 1 && bytes <= this.#limits.traits.workgroupBytes;
  }

  finish(): PlannedDispatch {
    const [first, ...others] = this.members;
    if (!first) throw new Error('webgpu plan: a group of dispatches is empty');
    if (others.length === 0) return first.dispatch;
    const size = this.members.find(({ kernel }) => !kernel.flat)?.kernel.size ?? first.kernel.size;
    const lanes = size[0] * size[1] * size[2];
    const counts = this.members.map(({ dispatch, kernel }) =>
      kernel.flat ? ([Math.ceil(kernel.flat.items / lanes), 1, 1] as const) : dispatch.groups,
    );
    const total = counts.reduce((sum, [x, y, z]) => sum + x * y * z, 0);
    const { groups, group } = groupsOf(total, this.#limits.traits);
    const parts = this.members.map(({ kernel, at }, i) => ({ kernel, at, groups: counts[i] ?? [1, 1, 1] }));
    const code = mergedModule(
      parts,
      this.bindings.map(({ type }) => type),
      { size, group, total },
    );
    return {
      label: this.members.map(({ dispatch }) => dispatch.label).join(' + '),
      op: [...new Set(this.members.map(({ dispatch }) => dispatch.op))].join(' + '),
      code,
      ranges: this.bindings.map(({ range }) => range),
      changes: this.bindings.map(({ changes }) => changes),
      flops: this.members.reduce((sum, { dispatch }) => sum + dispatch.flops, 0),
      groups,
    };
  }
}

/** The same work in fewer dispatches; unchanged without `limits`. */
export function mergeDispatches(
  dispatches: readonly PlannedDispatch[],
  limits: GpuLimits | null,
): readonly PlannedDispatch[] {
  if (limits === null) return dispatches;
  const merged: PlannedDispatch[] = [];
  let group = new Group(limits);
  for (const dispatch of dispatches) {
    const kernel = readKernel(dispatch.code);
    if (group.take(dispatch, kernel)) continue;
    if (group.members.length > 0) merged.push(group.finish());
    group = new Group(limits);
    if (!group.take(dispatch, kernel)) throw new Error(`webgpu plan: ${dispatch.label} does not fit the adapter`);
  }
  if (group.members.length > 0) merged.push(group.finish());
  return merged;
}
