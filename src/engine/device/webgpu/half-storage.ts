// Rewrites a WGSL kernel so that some of its bindings hold 16-bit numbers: declared as f16, widened where they are read, rounded where they
// are written; all arithmetic stays float32. Works on tokens and refuses what it does not understand. Independent of ops and buffers.

/** The directive that code with such bindings begins with. */
const ENABLE = 'enable f16;\n';

/**
 * A number as f16: finite values stay finite (at most 65504), infinities and NaN are kept, so that a diverging run is still detected.
 * Out-of-range conversions are undefined in WGSL, so infinities and NaNs are made from bits.
 */
const ROUNDING = `var<private> half_exponent: u32 = 0x7c00u;
fn half_of(x: f32) -> f16 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  if (size >= 0x7f800000u) {
    return bitcast<vec2<f16>>(((bits >> 16u) & 0x8000u) | half_exponent | select(0u, 0x200u, size > 0x7f800000u)).x;
  }
  return f16(clamp(x, -65504f, 65504f));
}
fn half_four(x: vec4<f32>) -> vec4<f16> {
  let size = bitcast<vec4<u32>>(x) & vec4<u32>(0x7fffffffu);
  if (any(size >= vec4<u32>(0x7f800000u))) { return vec4<f16>(half_of(x.x), half_of(x.y), half_of(x.z), half_of(x.w)); }
  return vec4<f16>(clamp(x, vec4<f32>(-65504f), vec4<f32>(65504f)));
}`;

interface Form {
  /** Element type in memory. */
  readonly stored: string;
  /** The value as the kernel expects it, from what is stored. */
  readonly read: (place: string) => string;
  readonly write: (value: string) => string;
  /** The same for one component of a vector. */
  readonly readPart: (place: string) => string;
  readonly writePart: (value: string) => string;
}

const one = (place: string): string => `f32(${place})`;
const four = (place: string): string => `vec4<f32>(${place})`;
const bits = (value: string): string => `bitcast<u32>(${value})`;
const real = (value: string): string => `bitcast<f32>(${value})`;
const rounded = (value: string): string => `half_of(${value})`;

/** Kernels that move words read numbers as u32. */
const number: Form = { stored: 'f16', read: one, write: rounded, readPart: one, writePart: rounded };
const vector: Form = {
  ...{ stored: 'vec4<f16>', read: four, readPart: one, writePart: rounded },
  write: (value) => `half_four(${value})`,
};
const word: Form = {
  ...number,
  read: (place) => bits(one(place)),
  write: (value) => rounded(real(value)),
};
const FORMS: Readonly<Record<string, Form>> = { f32: number, 'vec4<f32>': vector, vec4f: vector, u32: word };

/** The same kernel with the bindings in `halves` stored in 16 bits. `who` is named when the code cannot be rewritten. */
export function halfCode(code: string, halves: ReadonlySet<number>, who: string): string {
  if (halves.size === 0) return code;
  const forms = new Map<string, Form>();
  const found = new Set<number>();
  const declarations: string[] = [];
  const rest = code.replace(DECLARATION, (text, binding: string, name: string, type: string) => {
    if (!halves.has(Number(binding))) return declare(text);
    const form = FORMS[type];
    if (!form) throw refusal(who, `a binding of ${type}`, text);
    forms.set(name, form);
    found.add(Number(binding));
    return declare(text.replace(`array<${type}>`, `array<${form.stored}>`));
  });
  for (const binding of halves)
    if (!found.has(binding)) throw refusal(who, `no declaration of binding ${binding}`, code);
  return `${declarations.join('\n')}\n${ROUNDING}\n${new Rewriter(rest, forms, who).code()}`;

  function declare(text: string): string {
    declarations.push(text);
    return '';
  }
}

/** With the directive in front where the code has 16-bit numbers. */
export const withDirective = (code: string): string => (/\bf16\b/.test(code) ? `${ENABLE}${code}` : code);

const DECLARATION = /@group\(0\) @binding\((\d+)\) var<storage, read_write> (\w+): array<([^;]+)>;/g;
const TOKEN =
  /\/\/[^\n]*|\s+|[A-Za-z_]\w*|(?:0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?)[a-z]?|(?:<<|>>|[-+*/%&|^])=(?!=)|[=!<>]=|\+\+|--|->|&&|\|\||[^]/g;
const SPACE = /^(?:\s|\/\/)/;
const NAME = /^[A-Za-z_]/;
const ASSIGNMENT = /^(?:(?:<<|>>|[-+*/%&|^])?=)$/;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const DECLARING: readonly string[] = ['let', 'var', 'const', 'override'];

function refusal(who: string, what: string, text: string): Error {
  return new Error(`webgpu plan: ${who} cannot be rewritten for 16-bit storage: ${what} in: ${text.slice(0, 200)}`);
}

class Rewriter {
  readonly #tokens: readonly string[];
  readonly #forms: ReadonlyMap<string, Form>;
  readonly #who: string;
  /** For each opening bracket the position of the closing one. */
  readonly #close = new Map<number, number>();

  constructor(code: string, forms: ReadonlyMap<string, Form>, who: string) {
    this.#tokens = code.match(TOKEN) ?? [];
    this.#forms = forms;
    this.#who = who;
    this.#pair();
  }

  code(): string {
    return this.#part(0, this.#tokens.length);
  }

  #pair(): void {
    const open: number[] = [];
    this.#tokens.forEach((token, i) => {
      if (token in CLOSING) open.push(i);
      if (token !== ')' && token !== ']' && token !== '}') return;
      const start = open.pop() ?? -1;
      if (CLOSING[this.#tokens[start] ?? ''] !== token) throw this.#refuse('brackets that do not match', i);
      this.#close.set(start, i);
    });
    if (open.length > 0) throw this.#refuse('a bracket that stays open', open[0] ?? 0);
  }

  /** Tokens [from, to) rewritten. */
  #part(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to;) {
      const token = this.#tokens[i] ?? '';
      const hiding = token === 'fn' ? this.#hiding(i) : null;
      const form = this.#forms.get(token);
      if (hiding !== null) {
        text += hiding.text;
        i = hiding.end;
      } else if (form && this.#tokens[this.#before(i)] !== '.') {
        const access = this.#access(i, form);
        text += access.text;
        i = access.end;
      } else {
        text += token;
        i++;
      }
    }
    return text;
  }

  /** A function whose parameters shadow bindings. Null when it shadows none. */
  #hiding(start: number): { readonly text: string; readonly end: number } | null {
    const list = this.#tokens.indexOf('(', start);
    const listEnd = this.#closeOf(list);
    const hidden = new Set<string>();
    for (let i = list; i < listEnd; i++) {
      const token = this.#tokens[i] ?? '';
      if (this.#forms.has(token) && this.#tokens[this.#after(i)] === ':') hidden.add(token);
    }
    if (hidden.size === 0) return null;
    const end = this.#closeOf(this.#tokens.indexOf('{', listEnd)) + 1;
    const forms = new Map([...this.#forms].filter(([name]) => !hidden.has(name)));
    return { text: new Rewriter(this.#tokens.slice(start, end).join(''), forms, this.#who).code(), end };
  }

  /** `name[index]` and the assignment that may follow it. */
  #access(at: number, form: Form): { readonly text: string; readonly end: number } {
    const name = this.#tokens[at] ?? '';
    if (DECLARING.includes(this.#tokens[this.#before(at)] ?? ''))
      throw this.#refuse(`a variable named as binding ${name}`, at);
    const open = this.#after(at);
    if (this.#tokens[open] !== '[') throw this.#refuse(`binding ${name} without an index`, at);
    const close = this.#closeOf(open);
    const place = `${name}[${this.#part(open + 1, close)}]`;
    const part = this.#component(close + 1);
    const operator = this.#tokens[part.next] ?? '';
    if (operator === '++' || operator === '--') throw this.#refuse(`${operator} on binding ${name}`, at);
    if (!ASSIGNMENT.test(operator)) return { text: form.read(place), end: close + 1 };
    const end = this.#endOfStatement(part.next);
    const value = this.#part(part.next + 1, end).trim();
    const target = `${place}${part.text}`;
    const [read, write] = part.text === '' ? [form.read, form.write] : [form.readPart, form.writePart];
    const whole = operator === '=' ? value : `${read(target)} ${operator.slice(0, -1)} (${value})`;
    return { text: `${target} = ${write(whole)}`, end };
  }

  /** `.x` or `[i]` after an element, and the next token. */
  #component(from: number): { readonly text: string; readonly next: number } {
    let text = '';
    let next = this.#skip(from);
    for (;;) {
      if (this.#tokens[next] === '[') {
        const close = this.#closeOf(next);
        text += `[${this.#part(next + 1, close)}]`;
        next = this.#skip(close + 1);
      } else if (this.#tokens[next] === '.' && NAME.test(this.#tokens[next + 1] ?? '')) {
        text += `.${this.#tokens[next + 1]}`;
        next = this.#skip(next + 2);
      } else return { text, next };
    }
  }

  /** The semicolon, or the bracket around the head of a loop. */
  #endOfStatement(from: number): number {
    for (let i = from; i < this.#tokens.length; i++) {
      const token = this.#tokens[i] ?? '';
      if (token === ';' || token === ')' || token === '}') return i;
      if (token in CLOSING) i = this.#closeOf(i);
    }
    throw this.#refuse('an assignment without an end', from);
  }

  #closeOf(open: number): number {
    const close = this.#close.get(open);
    if (close === undefined) throw this.#refuse('a missing bracket', Math.max(0, open));
    return close;
  }

  #skip(from: number): number {
    let i = from;
    while (SPACE.test(this.#tokens[i] ?? '')) i++;
    return i;
  }

  readonly #after = (at: number): number => this.#skip(at + 1);

  #before(at: number): number {
    let i = at - 1;
    while (SPACE.test(this.#tokens[i] ?? '')) i--;
    return i;
  }

  #refuse(what: string, at: number): Error {
    return refusal(this.#who, what, this.#tokens.slice(Math.max(0, at - 5), at + 40).join(''));
  }
}
