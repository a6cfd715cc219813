// Re-exports the lowering interface from plan/gpu, which is below the ops because they use it.
export * from '../../plan/gpu/lowering.ts';
