// Axis ranges and ticks as the window's charts take them: the same that pictures of the command line have.
export { linearTicks, logTicks, paddedRange } from '../../engine/spec/scale.ts';
