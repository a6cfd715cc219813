// A field is declared once, by the model, task or optimiser that owns it; the default, the validation, the form and the help follow from it.

export type FieldValue = number | string | boolean;
export type FieldValues = Readonly<Record<string, FieldValue>>;

interface FieldBase {
  /** Short English label; the renderer looks up `fields.<owner>.<name>.label` first. */
  readonly label: string;
  /** One English sentence. */
  readonly help: string;
  readonly unit?: string;
  /** Short form for automatic names: `d`, `L`, `lr`. Default: the label in lower case. */
  readonly symbol?: string;
  /** What the paper used, as shown in the help card: a sentence fragment with its source. */
  readonly paper?: string;
  /** Shown only after "More settings". */
  readonly advanced?: boolean;
  /** Added after runs were stored: those lack it and keep their old meaning. New runs always have it. */
  readonly added?: boolean;
  /** The field matters only while another field of the same owner, or the `implementation` of the model, has one of these values. */
  readonly when?: { readonly field: string; readonly is: readonly FieldValue[] };
}

export interface IntField extends FieldBase {
  readonly kind: 'int';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}
export interface FloatField extends FieldBase {
  readonly kind: 'float';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}
export interface ChoiceField extends FieldBase {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}
export interface BoolField extends FieldBase {
  readonly kind: 'bool';
  readonly default: boolean;
}
export interface TextField extends FieldBase {
  readonly kind: 'text';
  readonly default: string;
  readonly maxLength: number;
}

export type Field = IntField | FloatField | ChoiceField | BoolField | TextField;
export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F extends Field> = F extends IntField | FloatField ? number : F extends BoolField ? boolean : string;

/** The values a set of fields describes: `{ layers: number; norm: string; … }`. */
export type ValuesOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/**
 * Whether a setting has an effect beside `values`, of which some may be missing: its condition is met, and the setting that it depends on has an
 * effect itself.
 */
export function applies(name: string, fields: Fields, values: Readonly<Record<string, unknown>>): boolean {
  const when = fields[name]?.when;
  if (when === undefined) return true;
  const other = values[when.field] ?? fields[when.field]?.default;
  return when.is.some((value) => value === other) && applies(when.field, fields, values);
}

/** Every field at its default. */
export function defaultsOf<F extends Fields>(fields: F): ValuesOf<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.default])) as ValuesOf<F>;
}
