// Kernels of matrixState and its gradient for the embedded module: sixteen steps at a time, as in cpu.c. Unit = a head of a sample.
import { placeArg, scratch } from '../../device/cpu/wasm/entry.as';
import { floats } from '../../device/cpu/wasm/simd.as';
import {
  arrivingAt, giveRows, laterAcross, laterAt, matricesAcross, ofValues, slopeDecays, slopeRows, slopeSteps, statesAt,
} from './gradient.as';
import {
  STEPS, timeOf, headsOf, keyWidth, valueWidth, columnsOf, keyRoom, valueRoom, stepRow, valuesAt, scoresAt, afterSteps, queriesBefore, keysAfter,
  smallProduct, takeValues, openSteps, scoreSteps, takeMatrix, giveMatrix, fadeRows, fadeColumns, giveValues,
} from './steps.as';

/** (q, k, v, decay, start, o, weight, final, T, heads, dk, dv, columns, kind): unit = a head of a sample. */
export function matrixState(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const x = 8, room = scratch(thread), T = timeOf(entry, x), heads = headsOf(entry, x), dk = keyWidth(entry, x), dv = valueWidth(entry, x);
  const K = keyRoom(entry, x), V = valueRoom(entry, x), size = dk * columnsOf(entry, x), start = placeArg(entry, 4);
  const values = room + floats(valuesAt(entry, x)), scores = room + floats(scoresAt(entry, x));
  const out = room + floats(afterSteps(entry, x)), matrix = out + floats(STEPS * V);
  for (let unit = lo; unit < hi; unit++) {
    takeMatrix(entry, x, start == 0 ? 0 : start + floats(unit * size), matrix);
    for (let t = 0; t < T; t += STEPS) {
      const count = min(STEPS, T - t);
      openSteps(entry, x, unit, t, count, room);
      scoreSteps(entry, x, room);
      smallProduct(count, V, count, scores, STEPS, 1, values, V, out, V, false);
      smallProduct(count, V, dk, room + floats(queriesBefore(entry, x)), K, 1, matrix, V, out, V, true);
      giveValues(entry, x, unit, t, count, out, placeArg(entry, 5));
      if (columnsOf(entry, x) > dv) {
        const weight = placeArg(entry, 6) + floats(stepRow(entry, x, unit, t));
        for (let r = 0; r < count; r++) f32.store(weight + floats(r * heads), f32.load(out + floats(r * V + dv)));
      }
      fadeRows(entry, x, room, matrix);
      smallProduct(dk, V, count, room + floats(keysAfter(entry, x)), 1, K, values, V, matrix, V, true);
    }
    giveMatrix(entry, x, matrix, placeArg(entry, 7) + floats(unit * size));
  }
}

/** Sixteen steps from t on, from the matrix before them at `state`. */
function backSteps(entry: usize, x: i32, unit: i32, t: i32, state: usize, room: usize): void {
  const dk = keyWidth(entry, x), columns = columnsOf(entry, x), K = keyRoom(entry, x), V = valueRoom(entry, x);
  const count = min(STEPS, timeOf(entry, x) - t), dout = room + floats(arrivingAt(entry, x)), ofV = room + floats(ofValues(entry, x));
  const later = room + floats(laterAt(entry, x)), across = room + floats(laterAcross(entry, x)), before = room + floats(queriesBefore(entry, x));
  openSteps(entry, x, unit, t, count, room);
  scoreSteps(entry, x, room);
  takeValues(entry, x, placeArg(entry, 5), placeArg(entry, 7), unit, t, count, dout);
  slopeSteps(entry, x, room);
  smallProduct(count, V, count, room + floats(scoresAt(entry, x)), 1, STEPS, dout, V, ofV, V, false);
  smallProduct(count, V, dk, room + floats(keysAfter(entry, x)), K, 1, later, V, ofV, V, true);
  slopeRows(entry, x, count, state, room);
  slopeDecays(entry, x, unit, t, count, state + floats(columns * K), placeArg(entry, 11), room);
  giveRows(entry, x, unit, t, count, room);
  giveValues(entry, x, unit, t, count, ofV, placeArg(entry, 10));
  fadeRows(entry, x, room, later);
  smallProduct(dk, V, count, before, 1, K, dout, V, later, V, true);
  fadeColumns(entry, x, room, across, across);
  smallProduct(columns, K, count, dout, 1, V, before, K, across, K, true);
}

/** (q, k, v, decay, start, dout, dfinal, dweight, dq, dk, dv, ddecay, dstart, T, heads, dk, dv, columns, kind): unit = a head of a sample. */
export function matrixStateGrad(entry: usize, lo: i32, hi: i32, thread: i32): void {
  const x = 13, room = scratch(thread), T = timeOf(entry, x), dk = keyWidth(entry, x), columns = columnsOf(entry, x), K = keyRoom(entry, x);
  const V = valueRoom(entry, x), size = dk * columns, start = placeArg(entry, 4), dstart = placeArg(entry, 12);
  const later = room + floats(laterAt(entry, x)), across = room + floats(laterAcross(entry, x)), states = room + floats(statesAt(entry, x));
  for (let unit = lo; unit < hi; unit++) {
    matricesAcross(entry, x, unit, start == 0 ? 0 : start + floats(unit * size), room);
    takeMatrix(entry, x, placeArg(entry, 6) + floats(unit * size), later);
    memory.fill(across, 0, floats(columns * K));
    for (let i = 0; i < dk; i++) {
      for (let j = 0; j < columns; j++) f32.store(across + floats(j * K + i), f32.load(later + floats(i * V + j)));
    }
    for (let c = (T - 1) / STEPS; c >= 0; c--) backSteps(entry, x, unit, c * STEPS, states + floats(c * columns * K), room);
    if (dstart != 0) giveMatrix(entry, x, later, dstart + floats(unit * size));
  }
}
