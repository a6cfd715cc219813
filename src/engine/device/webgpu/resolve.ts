// From places to byte ranges of buffers: each dispatch with all its bindings checked against the limits of the adapter. Pure.
import { AppFailure } from '../../core/result.ts';
import { asIs, type Message, say } from '../../core/say.ts';
import { alignUp } from '../../plan/arena.ts';
import { regionCode, type RegionDispatch, type Spot } from '../../plan/gpu/regions.ts';
import { halfCode } from './half-storage.ts';
import type { GpuPlace } from './lowering.ts';
import type { LoweredDispatch } from './lower-node.ts';
import type { GpuLimits, GpuRange, PlannedDispatch } from './plan.ts';

/** Where a place is; `half` = its numbers take 16 bits, and so its bytes are half of the place's. */
export interface Resolved extends GpuRange {
  readonly half: boolean;
}

export type Resolve = (place: GpuPlace) => Resolved;

/** Usually one dispatch; several where the buffers of one region dispatch would pass a limit. */
export function resolveDispatch(lowered: LoweredDispatch, resolve: Resolve, limits: GpuLimits): PlannedDispatch[] {
  const { op, label, written, flops, fixed } = lowered;
  if (!fixed) return resolveRegions(lowered, lowered.regions, resolve, limits);
  const changes = fixed.buffers.map(({ value }) => value === null || value < 0 || written.has(value));
  const resolved = fixed.buffers.map(resolve);
  const code = halfCode(fixed.code, halvesOf(resolved), `${op} (${label})`);
  const ranges = resolved.map(wholeVectors);
  return [checked({ label, op, code, ranges, changes, flops, groups: fixed.groups }, limits)];
}

/** Ranges reach to the next multiple of 16 bytes. */
const wholeVectors = ({ buffer, offset, bytes }: GpuRange): GpuRange => ({ buffer, offset, bytes: alignUp(bytes, 16) });

/** Numbers of the bindings that hold 16-bit numbers. */
const halvesOf = (bound: readonly Resolved[]): ReadonlySet<number> =>
  new Set(bound.flatMap(({ half }, binding) => (half ? [binding] : [])));

function resolveRegions(
  lowered: LoweredDispatch,
  regions: RegionDispatch,
  resolve: Resolve,
  limits: GpuLimits,
): PlannedDispatch[] {
  const all = regions.items.map((_, index) => index);
  const within = (indices: readonly number[]): PlannedDispatch[] => {
    const places = [...indices.flatMap((index) => regions.items[index] ?? []), ...regions.shared];
    const bound = spansOf(places.map(resolve), limits);
    const needed = bound.length + (regions.results ? 1 : 0);
    if (needed <= limits.maxBindings || indices.length === 1) {
      return [regionDispatch(lowered, regions, { indices, bound, resolve, limits })];
    }
    const middle = indices.length >> 1;
    return [...within(indices.slice(0, middle)), ...within(indices.slice(middle))];
  };
  return within(all);
}

/** The smallest number of ranges of one type within the binding limit that cover all places; ranges of one buffer do not overlap. */
function spansOf(places: readonly Resolved[], { maxBindingBytes }: GpuLimits): readonly Resolved[] {
  const sorted = places
    .map((place): Resolved => ({ ...wholeVectors(place), half: place.half }))
    .sort((a, b) => a.buffer - b.buffer || a.offset - b.offset);
  const spans: Resolved[] = [];
  for (const place of sorted) {
    const last = spans.at(-1);
    const end = Math.max((last?.offset ?? 0) + (last?.bytes ?? 0), place.offset + place.bytes);
    if (last?.buffer === place.buffer && last.half === place.half && end - last.offset <= maxBindingBytes) {
      spans[spans.length - 1] = { ...last, bytes: end - last.offset };
    } else spans.push(place);
  }
  return spans;
}

interface RegionParts {
  readonly indices: readonly number[];
  readonly bound: readonly Resolved[];
  readonly resolve: Resolve;
  readonly limits: GpuLimits;
}

function regionDispatch(
  { op, label, written, flops }: LoweredDispatch,
  regions: RegionDispatch,
  { indices, bound, resolve, limits }: RegionParts,
): PlannedDispatch {
  const changes = bound.map(() => false);
  const spotOf = (place: GpuPlace): Spot => {
    const range = resolve(place);
    const binding = bound.findIndex((span) => holds(span, range));
    if (place.value === null || place.value < 0 || written.has(place.value)) changes[binding] = true;
    return {
      binding: `region${binding}`,
      first: (range.offset - (bound[binding]?.offset ?? 0)) / (range.half ? 8 : 16),
    };
  };
  const items = indices.map((index) => ({ index, spots: (regions.items[index] ?? []).map(spotOf) }));
  const shared = regions.shared.map(spotOf);
  const declarations = bound.map((_, i) => declaration(i, `region${i}`, 'vec4<f32>'));
  const all = [...bound];
  if (regions.results) {
    declarations.push(declaration(all.length, 'results', 'f32'));
    all.push(resolve(regions.results));
    changes.push(true);
  }
  const { code: plain, groups } = regionCode(regions, { items, shared }, declarations.join('\n'), limits.traits);
  const code = halfCode(plain, halvesOf(all), `${op} (${label})`);
  const ranges = all.map(wholeVectors);
  return checked({ label, op, code, ranges, changes, flops, groups }, limits);
}

const declaration = (binding: number, name: string, type: string): string =>
  `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<${type}>;`;

const holds = (span: GpuRange, { buffer, offset, bytes }: GpuRange): boolean =>
  span.buffer === buffer && span.offset <= offset && offset + bytes <= span.offset + span.bytes;

/** Bindings of one dispatch that overlap would be refused by the GPU, so they are a bug here. */
function checked(dispatch: PlannedDispatch, limits: GpuLimits): PlannedDispatch {
  const { label, op, ranges, groups } = dispatch;
  const who = `webgpu plan: ${op} (${label})`;
  if (ranges.length > limits.maxBindings) {
    throw new Error(`${who} may bind ${limits.maxBindings} operands on this adapter, got ${ranges.length}`);
  }
  ranges.forEach((one, i) => {
    if (one.bytes > limits.maxBindingBytes)
      throw tooLarge(say`an operand of ${asIs(op)} (${asIs(label)})`, one.bytes, limits);
    if (one.offset % limits.alignment !== 0) {
      throw new Error(`${who}: binding ${i} must start at a multiple of ${limits.alignment}, got ${one.offset}`);
    }
    if (ranges.slice(0, i).some((other) => overlap(one, other))) {
      throw new Error(`${who}: bindings must not overlap, binding ${i} does at ${one.offset}`);
    }
  });
  if (groups.some((count) => count < 1 || count > limits.traits.maxGroups)) {
    throw new Error(`${who} may have 1 to ${limits.traits.maxGroups} groups along an axis, got ${groups.join(' x ')}`);
  }
  return dispatch;
}

export const overlap = (one: GpuRange, other: GpuRange): boolean =>
  one.buffer === other.buffer && one.offset < other.offset + other.bytes && other.offset < one.offset + one.bytes;

export function tooLarge(what: Message, bytes: number, { maxBindingBytes }: GpuLimits): AppFailure {
  return new AppFailure({
    code: 'out-of-memory',
    message: say`webgpu: ${what} takes ${bytes} bytes, a kernel of this adapter may use ${maxBindingBytes} at once`,
    cure: say`Use a smaller batch, a shorter sequence or a smaller model.`,
  });
}
