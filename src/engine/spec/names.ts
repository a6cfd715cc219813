// Automatic names: the model, then what distinguishes a variant from the others. The work is linear in the number of variants, since
// differences are found once per group.
import type { Catalogue } from './catalogue.ts';
import type { ExpandedVariant } from './expand.ts';
import { showNumber } from './field-check.ts';
import { applies, type Field, type FieldValue, type FieldValues } from './fields.ts';

/** Settings that differ between the variants of a group, in the order in which they appear. */
interface Apart {
  readonly implementation: boolean;
  readonly settings: readonly string[];
}

/** One name per variant: given names win; equal names get a number. `minGRU · d 256 · lr 3e-3`. */
export function nameVariants(variants: readonly ExpandedVariant[], catalogue: Catalogue): readonly string[] {
  const apartOf = (key: (variant: ExpandedVariant) => string | null): ReadonlyMap<string | null, Apart> =>
    new Map([...Map.groupBy(variants, key)].map(([group, peers]) => [group, differences(peers)]));
  const byModel = apartOf((variant) => variant.model.kind);
  const byName = apartOf((variant) => variant.given);
  const names = variants.map((variant) => {
    const { given, model } = variant;
    const apart = given === null ? byModel.get(model.kind) : byName.get(given);
    return [given ?? model.title, ...(apart ? words(variant, apart, catalogue) : [])].join(' · ');
  });
  return distinct(names);
}

const settingOf = (variant: ExpandedVariant, name: string): FieldValue | undefined =>
  variant.training[name] ?? variant.modelFields[name];

function differences(peers: readonly ExpandedVariant[]): Apart {
  const said = new Set(peers.flatMap((peer) => Object.keys(peer.said)));
  const differs = (of: (peer: ExpandedVariant) => FieldValue | undefined): boolean => {
    const [first, ...others] = peers;
    return first !== undefined && others.some((peer) => of(peer) !== of(first));
  };
  return {
    implementation: differs((peer) => peer.implementation),
    settings: [...said].filter((name) => differs((peer) => settingOf(peer, name))),
  };
}

function words(variant: ExpandedVariant, apart: Apart, catalogue: Catalogue): string[] {
  const fields = { ...catalogue.training, ...variant.model.fields, ...catalogue.stack };
  const values: FieldValues = {
    ...variant.modelFields,
    ...variant.training,
    implementation: variant.implementation,
  };
  const settings = apart.settings.flatMap((name) => {
    const [field, value] = [fields[name], values[name]];
    return field && value !== undefined && applies(name, fields, values) ? [showSetting(field, value)] : [];
  });
  return apart.implementation ? [variant.implementation, ...settings] : settings;
}

function showSetting(field: Field, value: FieldValue): string {
  const symbol = field.symbol ?? field.label.toLowerCase();
  if (typeof value === 'boolean') return value ? symbol : `no ${symbol}`;
  if (field.kind === 'choice') return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
  return `${symbol} ${typeof value === 'number' ? showNumber(value) : value}`;
}

/** `minGRU · seed 3` -> `minGRU`, `minGRU · seed 3 (2)` -> `minGRU (2)`, when it is this run's own seed. */
export function nameWithoutSeed(name: string, seed: number): string {
  const [, plain, ofSeed, again = ''] = /^(.+) · seed (\d+)( \(\d+\))?$/.exec(name) ?? [];
  return plain !== undefined && Number(ofSeed) === seed ? plain + again : name;
}

/** Makes names unique: repeated ones get the next free number. */
export function distinct(names: readonly string[], present: Iterable<string> = []): readonly string[] {
  const taken = new Set(present);
  const all = new Set(names);
  const next = new Map<string, number>();
  return names.map((name) => {
    let free = name;
    if (taken.has(name)) {
      let number = next.get(name) ?? 2;
      // A number that is part of a given name is not used again.
      while (taken.has(`${name} (${number})`) || all.has(`${name} (${number})`)) number++;
      free = `${name} (${number})`;
      next.set(name, number + 1);
    }
    taken.add(free);
    return free;
  });
}
