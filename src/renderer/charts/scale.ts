// Axis ranges and ticks of the window's charts, the same as in pictures of the command line.
export { linearTicks, logTicks, paddedRange } from '../../engine/spec/scale.ts';
