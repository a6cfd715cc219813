// Several WGSL kernels as one module whose workgroups each run one of them. Works on text: equal declarations are shared, others are
// renamed. Independent of buffers and ops.

export interface Kernel {
  /** Declared type of each binding, in order. */
  readonly types: readonly string[];
  readonly bindings: readonly string[];
  readonly size: readonly [number, number, number];
  /** Workgroup variables. */
  readonly shared: readonly { readonly text: string; readonly bytes: number }[];
  /** One invocation per item, without barriers: any workgroup size works. */
  readonly flat: { readonly items: number } | null;
  /** Everything but bindings and `main`. */
  readonly declarations: readonly Declaration[];
  /** Names and builtins of main's parameters; a flat kernel has only `index`. */
  readonly parameters: readonly { readonly name: string; readonly builtin: string; readonly type: string }[];
  /** From the brace on. */
  readonly body: string;
}

interface Declaration {
  readonly name: string;
  readonly text: string;
}

const BINDING = /@binding\((\d+)\) var<storage, read_write> (\w+): array<([^;]+)>;/;
const MAIN = /@workgroup_size\((\d+)(?:, (\d+))?(?:, (\d+))?\)\s*fn main\(([^{]*)\)\s*\{/;
const FLAT = /^\{\s*let index: u32 = [^;]*\bid\.x\b[^;]*;\s*if \(index >= (\d+)u\) \{ return; \}/;
const PARAMETER = /@builtin\((\w+)\)\s*(\w+):\s*(vec3<u32>|u32)/g;
const NAME = /^(?:@\S+\s+)*(?:(?:fn|struct|alias|const|override)\s+(\w+)|var(?:<[^>]*>)?\s+(\w+))/;
const WORKGROUP = /^var<workgroup>\s+\w+:\s*(.*);$/s;
const BYTES: Readonly<Record<string, number>> = {
  f32: 4,
  u32: 4,
  i32: 4,
  'vec2<f32>': 8,
  vec4f: 16,
  'vec4<f32>': 16,
  'vec4<u32>': 16,
  'mat2x2<f32>': 16,
};

const known = new Map<string, Kernel>();

/** Parses a kernel; the same texts recur, so results are cached. */
export function readKernel(code: string): Kernel {
  const found = known.get(code) ?? parse(code);
  if (known.size > 2000) known.clear();
  known.set(code, found);
  return found;
}

function parse(code: string): Kernel {
  const all = topLevel(code);
  const main = all.find((text) => MAIN.test(text)) ?? '';
  const [head = '', x = '1', y = '1', z = '1', list = ''] = MAIN.exec(main) ?? [];
  const bound = all.flatMap((text) => {
    const [, number, name = '', type = ''] = BINDING.exec(text) ?? [];
    return number === undefined ? [] : [{ number: Number(number), name, type }];
  });
  bound.sort((a, b) => a.number - b.number);
  const rest = all.filter((text) => text !== main && !BINDING.test(text));
  const parameters = [...list.matchAll(PARAMETER)].map(([, builtin = '', name = '', type = '']) => ({
    name,
    builtin,
    type,
  }));
  const body = `{${main.slice(main.indexOf(head) + head.length)}`;
  return {
    types: bound.map(({ type }) => type),
    bindings: bound.map(({ name }) => name),
    size: [Number(x), Number(y), Number(z)],
    shared: rest.flatMap((text) =>
      WORKGROUP.test(text) ? [{ text, bytes: bytesOf(WORKGROUP.exec(text)?.[1] ?? '') }] : [],
    ),
    declarations: rest.map((text) => ({ name: nameOf(text), text })),
    ...flatOrNot(body, parameters),
  };
}

function flatOrNot(body: string, parameters: Kernel['parameters']): Pick<Kernel, 'flat' | 'parameters' | 'body'> {
  const [head, items] = FLAT.exec(body) ?? [];
  const inner = head === undefined ? '' : body.slice(head.length);
  if (items === undefined || parameters.length !== 1 || /\bid\b|Barrier|\bsubgroup/.test(inner))
    return { flat: null, parameters, body };
  const index = { name: 'index', builtin: 'index', type: 'u32' };
  return { flat: { items: Number(items) }, parameters: [index], body: `{ if (index >= ${items}u) { return; }${inner}` };
}

/** An unknown type counts as too large to share workgroup memory. */
function bytesOf(type: string): number {
  const [, element = type, count = '1'] = /^array<(.+), (\d+)>$/.exec(type) ?? [];
  return (BYTES[element] ?? Infinity) * Number(count);
}

function nameOf(text: string): string {
  const [, name, variable] = NAME.exec(text) ?? [];
  const found = name ?? variable;
  if (found === undefined) throw new Error(`webgpu: cannot tell what is declared by: ${text.slice(0, 80)}`);
  return found;
}

/** Declarations end with a semicolon or a closing brace outside all others. */
function topLevel(code: string): readonly string[] {
  const found: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < code.length; i++) {
    const letter = code[i];
    if (letter === '{' || letter === '(') depth++;
    else if (letter === '}' || letter === ')') depth--;
    if (depth > 0 || (letter !== ';' && letter !== '}')) continue;
    const text = code.slice(start, i + 1).trim();
    if (text !== ';') found.push(text);
    start = i + 1;
  }
  return found;
}

export interface MergedPart {
  readonly kernel: Kernel;
  /** Binding of the merged module for each own binding. */
  readonly at: readonly number[];
  readonly groups: readonly [number, number, number];
}

export interface MergedShape {
  readonly size: readonly [number, number, number];
  /** WGSL of a workgroup's number from `wid`, and how many there are. */
  readonly group: string;
  readonly total: number;
}

export function mergedModule(parts: readonly MergedPart[], types: readonly string[], shape: MergedShape): string {
  const declared = new Map<string, string>();
  const own: string[] = [];
  parts.forEach(({ kernel, at }, i) => {
    const names = namesFor(kernel, at, i, declared);
    for (const { name, text } of kernel.declarations) {
      if (names.has(name)) own.push(rename(text, names));
      else declared.set(name, text);
    }
    const parameters = kernel.parameters.map(({ name, type }) => `${name}: ${type}`).join(', ');
    own.push(rename(`fn part_${i}(${parameters}) ${kernel.body}`, names));
  });
  const bindings = types.map(
    (type, i) => `@group(0) @binding(${i}) var<storage, read_write> bound_${i}: array<${type}>;`,
  );
  const { size, group, total } = shape;
  return `${[...bindings, ...declared.values(), ...own].join('\n')}
@compute @workgroup_size(${size.join(', ')})
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let number = ${group};
  if (number >= ${total}u) { return; }
  ${callsOf(parts, size)}
}`;
}

/** Renames all bindings, declarations that differ between parts, and everything that uses these. */
function namesFor(
  { bindings, declarations }: Kernel,
  at: readonly number[],
  part: number,
  declared: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const names = new Map(bindings.map((name, i) => [name, `bound_${at[i] ?? 0}`]));
  for (let grown = true; grown;) {
    grown = false;
    for (const { name, text } of declarations) {
      if (names.has(name)) continue;
      const other = declared.get(name);
      if ((other === undefined || other === text) && !usesAny(text, names)) continue;
      names.set(name, `${name}_${part}`);
      grown = true;
    }
  }
  return names;
}

/** Whole identifiers, but not components after a dot. */
const WORD = /(?<![.\w])[A-Za-z_]\w*/g;

const usesAny = (text: string, names: ReadonlyMap<string, string>): boolean =>
  (text.match(WORD) ?? []).some((word) => names.has(word));

const rename = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(WORD, (word) => names.get(word) ?? word);

function callsOf(parts: readonly MergedPart[], size: MergedShape['size']): string {
  let first = 0;
  const calls = parts.map(({ kernel, groups: [x, y, z] }, i) => {
    const own = `(number - ${first}u)`;
    first += x * y * z;
    const wid = `vec3<u32>(${own} % ${x}u, ${own} / ${x}u % ${y}u, ${own} / ${x * y}u)`;
    const values: Readonly<Record<string, string>> = {
      index: `${own} * ${size[0] * size[1] * size[2]}u + lane`,
      workgroup_id: wid,
      local_invocation_id: 'local',
      local_invocation_index: 'lane',
      global_invocation_id: `${wid} * vec3<u32>(${size.join('u, ')}u) + local`,
      num_workgroups: `vec3<u32>(${x}u, ${y}u, ${z}u)`,
    };
    const call = `part_${i}(${kernel.parameters.map(({ builtin }) => values[builtin] ?? builtin).join(', ')});`;
    return i === parts.length - 1 ? `{ ${call} }` : `if (number < ${first}u) { ${call} }`;
  });
  return calls.join(' else ');
}
