// Order of test files: those that take long first, so that none of them is alone at the end. Vitest knows by itself only what it has run before.
import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import { root } from './fresh.mjs';

/** More than 15 seconds on two cores, the longest first. */
const longest = [
  'src/engine/verify/golden.test.ts',
  'src/engine/device/webgpu/forms.test.ts',
  'src/engine/device/webgpu/training.test.ts',
  'tests/sanitizers.test.ts',
  'scripts/new.test.ts',
  'src/engine/training/ahead.test.ts',
  'src/engine/device/cpu/cpu.test.ts',
  'src/engine/verify/check-model.test.ts',
  'src/engine/device/tensorflow/tensorflow.test.ts',
  'tests/fuzz/fuzz.test.ts',
  'src/engine/verify/ops.test.ts',
  'src/engine/device/webgpu/half-plan.test.ts',
  'tests/kill.test.ts',
  'tests/chaos/chaos.test.ts',
  'tests/race.test.ts',
  'tests/one-door.test.ts',
  'src/engine/training/growth.test.ts',
  'tests/dev.test.ts',
  'tests/faults/whole-files.test.ts',
  'src/engine/device/cpu/native-module.test.ts',
  'src/engine/device/webgpu/fuse-epilogue.test.ts',
  'tests/faults/save-as.test.ts',
  'src/lab/engines/engine-link.test.ts',
  'src/engine/training/slab.test.ts',
  'src/session/forged.test.ts',
  'src/lab/scaling/scaling.test.ts',
  'tests/signals.test.ts',
];

export default class LongestFirst extends BaseSequencer {
  async sort(files) {
    const places = new Map(longest.map((path, at) => [path, at]));
    const placeOf = ({ moduleId }) => places.get(relative(root, moduleId).replaceAll('\\', '/')) ?? longest.length;
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
