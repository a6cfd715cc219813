// What WGSL code must say in front before it may use what not every adapter has. Put there last, so that kernels can be merged without it.
import { withDirective } from './half-storage.ts';

const SUBGROUPS = /\bsubgroup[A-Z]\w*\(/;

/** The code with the directives that it needs. */
export function withDirectives(code: string): string {
  const rest = withDirective(code);
  return SUBGROUPS.test(code) ? `enable subgroups;\n${rest}` : rest;
}
