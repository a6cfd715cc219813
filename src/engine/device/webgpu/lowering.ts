// The language of lowerings stands below the ops (plan/gpu), since they speak it; the device finds it here.
export * from '../../plan/gpu/lowering.ts';
