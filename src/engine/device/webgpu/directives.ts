// Directives that WGSL code needs for optional features. They are added last, so that kernels can be merged without them.
import { withDirective } from './half-storage.ts';

const SUBGROUPS = /\bsubgroup[A-Z]\w*\(/;

/** The code with the directives that it needs. */
export function withDirectives(code: string): string {
  const rest = withDirective(code);
  return SUBGROUPS.test(code) ? `enable subgroups;\n${rest}` : rest;
}
