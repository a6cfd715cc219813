// The Chinese words against the catalogue the engine really declares: nothing untranslated, nothing left over.
import { describe, expect, it } from 'vitest';
import { builtIn } from '../src/lab/data/built-in-data.ts';
import { catalogueWith } from '../src/lab/experiments/catalogue.ts';
import { presets } from '../src/lab/experiments/presets.ts';
import type { Fields } from '../src/engine/spec/fields.ts';
import { zhCatalogue } from '../src/renderer/i18n/zh/catalogue.ts';

const catalogue = catalogueWith([]);
const owners: readonly (readonly [string, Fields])[] = [
  ['stack', catalogue.stack],
  ['training', catalogue.training],
  ...catalogue.models.map((model) => [model.kind, model.fields] as const),
  ...catalogue.tasks.map((task) => [task.id, task.fields] as const),
];
const wordsOf = (owner: string, name: string) => zhCatalogue.fields[owner]?.[name] ?? zhCatalogue.fields['*']?.[name];

describe('Chinese catalogue', () => {
  it.each(owners.flatMap(([owner, fields]) => Object.keys(fields).map((name) => [owner, name] as const)))(
    'has label and help for %s.%s',
    (owner, name) => {
      expect(wordsOf(owner, name)?.label, 'label').toBeTruthy();
      expect(wordsOf(owner, name)?.help, 'help').toBeTruthy();
    },
  );

  it('names only choices that exist', () => {
    for (const [owner, fields] of owners) {
      for (const [name, field] of Object.entries(fields)) {
        const values = field.kind === 'choice' ? field.choices.map(({ value }) => value) : [];
        expect(values, `${owner}.${name}`).toEqual(
          expect.arrayContaining(Object.keys(wordsOf(owner, name)?.choices ?? {})),
        );
      }
    }
  });

  it('has every model with its implementations, every task and every preset, and no other', () => {
    expect(Object.keys(zhCatalogue.models).sort()).toEqual(catalogue.models.map(({ kind }) => kind).sort());
    for (const model of catalogue.models) {
      const words = Object.keys(zhCatalogue.models[model.kind]?.implementations ?? {});
      expect(words.sort()).toEqual(model.implementations.map(({ id }) => id).sort());
    }
    expect(Object.keys(zhCatalogue.tasks).sort()).toEqual(catalogue.tasks.map(({ id }) => id).sort());
    expect(Object.keys(zhCatalogue.presets).sort()).toEqual(presets.map(({ id }) => id).sort());
  });

  it('has a title and the licence of all data that comes with the program', () => {
    for (const { id, licence } of builtIn) {
      expect(zhCatalogue.datasets[id], id).toMatch(/\p{Script=Han}/u);
      expect(zhCatalogue.licences[licence], licence).toMatch(/\p{Script=Han}/u);
    }
  });
});
