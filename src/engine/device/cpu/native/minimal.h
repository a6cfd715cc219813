// What the kernels of minGru and minLstm share: their operands, and the rows of a step on the way back. u has G parts of H channels a step:
// the gates and the candidate. Knows no gates.
#ifndef MINRNN_MINIMAL_H
#define MINRNN_MINIMAL_H

#include "channels.h"

/** Operands from the first channel of a run of n on; h0 is never NULL, dh0 may be. */
typedef struct Minimal {
  const float *u, *h, *dh, *h0;
  float *hOut, *du, *dh0;
  int32_t T, n;
  size_t row;
} Minimal;

/** Of an entry (u, h, h0, T, H, ...) forward: u, hOut and h0. */
INLINE Minimal minimalForward(const Arena *arena, const int32_t *entry, Channels run, const size_t parts) {
  const int32_t T = intArg(entry, 3), H = intArg(entry, 4);
  const float *h0 = placeArg(arena, entry, 2);
  const size_t at = (size_t)run.sample * T * H, state = (size_t)run.sample * H + run.from;
  return (Minimal){
    .u = placeArg(arena, entry, 0) + parts * at + run.from, .hOut = placeArg(arena, entry, 1) + at + run.from,
    .h0 = h0 ? h0 + state : noState, .T = T, .n = run.to - run.from, .row = (size_t)H,
  };
}

/** Of an entry (u, h, dh, du, h0, dh0, T, H, ...) of a gradient: all but hOut. */
INLINE Minimal minimalBackward(const Arena *arena, const int32_t *entry, Channels run, const size_t parts) {
  const int32_t T = intArg(entry, 6), H = intArg(entry, 7);
  const float *h0 = placeArg(arena, entry, 4);
  float *dh0 = placeArg(arena, entry, 5);
  const size_t at = (size_t)run.sample * T * H, state = (size_t)run.sample * H + run.from;
  return (Minimal){
    .u = placeArg(arena, entry, 0) + parts * at + run.from, .h = placeArg(arena, entry, 1) + at + run.from,
    .dh = placeArg(arena, entry, 2) + at + run.from, .h0 = h0 ? h0 + state : noState,
    .du = placeArg(arena, entry, 3) + parts * at + run.from, .dh0 = dh0 ? dh0 + state : NULL,
    .T = T, .n = run.to - run.from, .row = (size_t)H,
  };
}

/** What step t of a gradient reads and writes; `before` is the state before it. */
typedef struct StepBack {
  const float *u, *dh, *before;
  float *du;
} StepBack;

INLINE StepBack stepBack(const Minimal *m, int32_t t, const size_t parts) {
  const size_t at = (size_t)t * m->row;
  return (StepBack){ m->u + parts * at, m->dh + at, t > 0 ? m->h + at - m->row : m->h0, m->du + parts * at };
}

#endif
