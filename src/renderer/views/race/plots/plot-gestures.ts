// Pointer and keys of a plot: cursor, drag to zoom in x (Alt: in y), Ctrl and wheel, arrow keys. Positions only; independent of runs.
import { shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Geometry } from '../../../charts/plot-view.ts';
import { lineNear, linesIn } from '../../../charts/near.ts';
import { nearestX, stepX } from '../../../charts/plot-cursor.ts';
import type { XY } from '../../../../engine/spec/scene.ts';
import type { PlotModel } from '../../../charts/plot-model.ts';

export interface PlotEmit {
  (event: 'cursor', x: number | null): void;
  (event: 'zoom', from: number, to: number): void;
  (event: 'zoomY', from: number, to: number): void;
  /** The line under the pointer; null = none. */
  (event: 'near', key: string | null): void;
  /** Lines that pass through a box drawn with Shift; `add` = in addition to those already selected. */
  (event: 'choose', keys: readonly string[], add: boolean): void;
  (event: 'reset'): void;
}

interface Gestures {
  readonly model: Readonly<Ref<PlotModel>>;
  readonly geometry: Readonly<ShallowRef<Geometry | null>>;
  readonly host: Readonly<ShallowRef<HTMLElement | null>>;
  readonly emit: PlotEmit;
}

/** The frame of a drag in pixels. */
export interface DragFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly kind: 'x' | 'y' | 'box';
}

/** Shift draws a box, Alt zooms upright. */
const kindOf = ({ shiftKey, altKey }: PointerEvent): Drag['kind'] => (shiftKey ? 'box' : altKey ? 'y' : 'x');
/** How near the pointer must be to a line, in pixels. */
const REACH = 10;

const MIN_DRAG = 5;
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function frameOf(drag: Drag, x: number, y: number, { left, right, top, bottom }: Geometry): DragFrame {
  const [x0, x1] = [clamp(drag.x, left, right), clamp(x, left, right)];
  const [y0, y1] = [clamp(drag.y, top, bottom), clamp(y, top, bottom)];
  if (drag.kind === 'box') return { left: x0, width: x1 - x0, top: y0, height: y1 - y0 };
  if (drag.kind === 'y') return { left, width: right - left, top: Math.min(y0, y1), height: Math.abs(y1 - y0) };
  return { left: Math.min(x0, x1), width: Math.abs(x1 - x0), top, height: bottom - top };
}

/** A range `factor` times as wide around `centre`; on a logarithmic axis in powers. */
export function zoomAround(model: PlotModel, centre: number, factor: number): { from: number; to: number } {
  const { min, max } = model.x;
  if (!model.logX) return { from: centre - (centre - min) * factor, to: centre + (max - centre) * factor };
  const at = Math.log10(Math.max(centre, min));
  return { from: 10 ** (at - (at - Math.log10(min)) * factor), to: 10 ** (at + (Math.log10(max) - at) * factor) };
}

/** A drag that is too short is a click. */
function zoomTo({ left, top, width, height }: DragFrame, kind: Drag['kind'], area: Geometry, emit: PlotEmit): void {
  if (kind === 'y' && height > MIN_DRAG) emit('zoomY', area.invertY(top + height), area.invertY(top));
  if (kind === 'x' && width > MIN_DRAG) emit('zoom', area.invertX(left), area.invertX(left + width));
}

/** Reports the stored position and the line at the pointer. */
function point(at: XY, model: PlotModel, area: Geometry, emit: PlotEmit): void {
  const inside = at.x >= area.left - 2 && at.x <= area.right + 2;
  emit('near', inside ? (lineNear(model, at, area, REACH)?.key ?? null) : null);
  emit('cursor', inside ? nearestX(model, area.invertX(clamp(at.x, area.left, area.right))) : null);
}

/** During a drag the cursor does not move. */
function leave(dragging: boolean, emit: PlotEmit): void {
  emit('near', null);
  if (!dragging) emit('cursor', null);
}

interface DragEnd {
  readonly model: PlotModel;
  readonly area: Geometry;
  readonly emit: PlotEmit;
  readonly add: boolean;
}

function endDrag(kind: Drag['kind'], frame: DragFrame, { model, area, emit, add }: DragEnd): void {
  if (kind !== 'box') return zoomTo(frame, kind, area, emit);
  const { left, top, width, height } = frame;
  const lines = linesIn(model, { left, right: left + width, top, bottom: top + height }, area);
  emit(
    'choose',
    lines.map(({ key }) => key),
    add,
  );
}

export function usePlotPointer({ model, geometry, host, emit }: Gestures) {
  const frame = shallowRef<DragFrame | null>(null);
  let drag: Drag | null = null;
  const place = (event: PointerEvent | WheelEvent): { x: number; y: number } => {
    const box = host.value?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const onDown = (event: PointerEvent): void => {
    const { x, y } = place(event);
    const area = geometry.value;
    if (event.button !== 0 || area === null || x < area.left || x > area.right || y > area.bottom) return;
    drag = { x, y, kind: kindOf(event) };
    host.value?.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    const area = geometry.value;
    if (area === null) return;
    const at = place(event);
    if (drag !== null) frame.value = frameOf(drag, at.x, at.y, area);
    point(at, model.value, area, emit);
  };
  const onUp = (event: PointerEvent): void => {
    const area = geometry.value;
    if (drag !== null && frame.value !== null && area !== null && event.type === 'pointerup') {
      endDrag(drag.kind, frame.value, { model: model.value, area, emit, add: event.ctrlKey || event.metaKey });
    }
    drag = null;
    frame.value = null;
  };
  const onLeave = (): void => leave(drag !== null, emit);
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey || geometry.value === null) return;
    event.preventDefault();
    const next = zoomAround(model.value, geometry.value.invertX(place(event).x), event.deltaY > 0 ? 1.25 : 0.8);
    emit('zoom', next.from, next.to);
  };
  return { frame, onDown, onMove, onUp, onLeave, onWheel };
}

/** Left, Right (Shift: ten), Home, End move the cursor; + and - zoom around it; 0, T, Esc. */
export function usePlotKeys({ model, emit }: Gestures, cursor: () => number | null) {
  const zoom = (factor: number): void => {
    const { min, max } = model.value.x;
    const next = zoomAround(model.value, cursor() ?? (min + max) / 2, factor);
    emit('zoom', next.from, next.to);
  };
  const actions: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    ArrowLeft: (event) => emit('cursor', stepX(model.value, cursor(), event.shiftKey ? -10 : -1)),
    ArrowRight: (event) => emit('cursor', stepX(model.value, cursor(), event.shiftKey ? 10 : 1)),
    Home: () => emit('cursor', stepX(model.value, -Infinity, 0)),
    End: () => emit('cursor', stepX(model.value, Infinity, 0)),
    Escape: () => emit('cursor', null),
    '+': () => zoom(0.5),
    '-': () => zoom(2),
    '0': () => emit('reset'),
  };
  const onKey = (event: KeyboardEvent): void => {
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    action(event);
  };
  return { onKey };
}
