// A kernel whose bindings hold 16-bit numbers: declarations, reads, writes, and what is refused.
import { expect, test } from 'vitest';
import { halfCode, withDirective } from './half-storage.ts';

const declare = (name: string, type: string, binding: number): string =>
  `@group(0) @binding(${binding}) var<storage, read_write> ${name}: array<${type}>;`;

/** The body of main after the rewrite of a kernel with x (16 bits) and y. */
function bodyOf(body: string, type = 'f32', functions = ''): string {
  const code = `${declare('x', type, 0)}\n${declare('y', 'f32', 1)}\n${functions}\nfn main() { ${body} }`;
  const made = halfCode(code, new Set([0]), 'test');
  const [, found = ''] = /fn main\(\) \{ ([^]*) \}$/.exec(made) ?? [];
  return found;
}

test('only the chosen bindings are declared anew', () => {
  const made = halfCode(
    `${declare('a', 'f32', 0)}\n${declare('b', 'vec4<f32>', 1)}\nfn main() {}`,
    new Set([1]),
    'test',
  );
  expect(made).toContain('a: array<f32>;');
  expect(made).toContain('b: array<vec4<f16>>;');
  expect(withDirective(made)).toMatch(/^enable f16;\n/);
  expect(withDirective('fn main() {}')).toBe('fn main() {}');
  expect(halfCode('anything', new Set(), 'test')).toBe('anything');
});

test('reads are widened, in indices as well', () => {
  expect(bodyOf('y[0] = x[i + 1u] * x[u32(x[2])];')).toBe('y[0] = f32(x[i + 1u]) * f32(x[u32(f32(x[2]))]);');
  expect(bodyOf('let v = x[i].y + x[j][k % 4u];', 'vec4<f32>')).toBe(
    'let v = vec4<f32>(x[i]).y + vec4<f32>(x[j])[k % 4u];',
  );
  expect(bodyOf('y[0] = f32(x[1] == x[2]);', 'u32')).toBe(
    'y[0] = f32(bitcast<u32>(f32(x[1])) == bitcast<u32>(f32(x[2])));',
  );
});

test('writes are rounded: whole, in part, and added to', () => {
  expect(bodyOf('x[i] = y[i] + x[i];')).toBe('x[i] = half_of(y[i] + f32(x[i]));');
  expect(bodyOf('x[i]=a;x[j] = b;')).toBe('x[i] = half_of(a);x[j] = half_of(b);');
  expect(bodyOf('x[i] = vec4f(1f);', 'vec4<f32>')).toBe('x[i] = half_four(vec4f(1f));');
  expect(bodyOf('x[i][2u] = 1f; x[i].w = 2f;', 'vec4<f32>')).toBe('x[i][2u] = half_of(1f); x[i].w = half_of(2f);');
  expect(bodyOf('x[i] += a * b; x[i] -= c;')).toBe(
    'x[i] = half_of(f32(x[i]) + (a * b)); x[i] = half_of(f32(x[i]) - (c));',
  );
  expect(bodyOf('x[i].x *= 2f;', 'vec4<f32>')).toBe('x[i].x = half_of(f32(x[i].x) * (2f));');
  expect(bodyOf('x[i] = word;', 'u32')).toBe('x[i] = half_of(bitcast<f32>(word));');
});

test('an assignment ends where its statement does, brackets and loops included', () => {
  expect(bodyOf('x[i] = select(a, f(b; c), d); e = 1;')).toBe('x[i] = half_of(select(a, f(b; c), d)); e = 1;');
  expect(bodyOf('for (var k = 0u; k < 4u; x[k] += 1f) { k++; }')).toBe(
    'for (var k = 0u; k < 4u; x[k] = half_of(f32(x[k]) + (1f))) { k++; }',
  );
});

test('comparisons are no assignments, components and parameters of the same name are not the binding', () => {
  expect(bodyOf('if (x[i] == 0f || x[i] <= 1f || x[i] != 2f) { v.x = 1f; }')).toBe(
    'if (f32(x[i]) == 0f || f32(x[i]) <= 1f || f32(x[i]) != 2f) { v.x = 1f; }',
  );
  const functions = 'fn twice(x: vec4f) -> f32 { return x[0] * 2f; }';
  expect(halfCode(`${declare('x', 'f32', 0)}\n${functions}`, new Set([0]), 'test')).toContain(functions);
});

test('what is not understood is refused with its kernel', () => {
  const refused =
    (body: string, type = 'f32') =>
    () =>
      bodyOf(body, type);
  expect(refused('let p = &x[0]; ', 'atomic<u32>')).toThrow(
    'test cannot be rewritten for 16-bit storage: a binding of',
  );
  expect(refused('f(&x);')).toThrow('binding x without an index');
  expect(refused('let x = 1f;')).toThrow('a variable named as binding x');
  expect(refused('x[i]++;')).toThrow('++ on binding x');
  expect(refused('y[0] = (x[0];')).toThrow(/bracket/);
  expect(() => halfCode(declare('x', 'f32', 0), new Set([3]), 'test')).toThrow('no declaration of binding 3');
});
