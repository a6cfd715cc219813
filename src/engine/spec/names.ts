// Automatic names: the model, then what sets a variant apart from the others. Never a random word.
import type { Catalogue } from './catalogue.ts';
import type { ExpandedVariant } from './expand.ts';
import { showNumber } from './field-check.ts';
import type { Field, FieldValue } from './fields.ts';

/** One name a variant: given names win; equal names get a number. `minGRU · d 256 · lr 3e-3`. */
export function nameVariants(variants: readonly ExpandedVariant[], catalogue: Catalogue): readonly string[] {
  const names = variants.map((variant) => {
    const peers = variants.filter((other) => other.model.kind === variant.model.kind);
    const apart = differences(variant, peers, catalogue);
    if (variant.given === null) return [variant.model.title, ...apart].join(' · ');
    const siblings = variants.filter((other) => other.given === variant.given);
    return [variant.given, ...differences(variant, siblings, catalogue)].join(' · ');
  });
  return numberRepeats(names);
}

function differences(variant: ExpandedVariant, peers: readonly ExpandedVariant[], catalogue: Catalogue): string[] {
  const words: string[] = [];
  if (new Set(peers.map((peer) => peer.implementation)).size > 1) words.push(variant.implementation);
  const settled = (one: ExpandedVariant): Readonly<Record<string, FieldValue>> => ({
    ...one.modelFields,
    ...one.training,
  });
  const mine = settled(variant);
  for (const name of new Set(peers.flatMap((peer) => Object.keys(peer.said)))) {
    if (new Set(peers.map((peer) => settled(peer)[name])).size < 2) continue;
    const field = catalogue.stack[name] ?? variant.model.fields[name] ?? catalogue.training[name];
    const value = mine[name];
    if (field && value !== undefined) words.push(showSetting(field, value));
  }
  return words;
}

function showSetting(field: Field, value: FieldValue): string {
  const symbol = field.symbol ?? field.label.toLowerCase();
  if (typeof value === 'boolean') return value ? symbol : `no ${symbol}`;
  if (field.kind === 'choice') return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
  return `${symbol} ${typeof value === 'number' ? showNumber(value) : value}`;
}

function numberRepeats(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
