// Words that come from the catalogue: fields, choices, models, tasks, presets. A language may have its own text under
// `catalogue.<owner>.<name>`; otherwise the English one that the owner declared is shown, so a new field always has a text.
import type { Catalogue, DatasetInfo, ModelInfo, TaskInfo } from '../../engine/spec/catalogue.ts';
import type { ChoiceField, Field, Fields } from '../../engine/spec/fields.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import type { Preset } from '../../protocol/state.ts';
import { locale } from './index.ts';
import { zhCatalogue } from './zh/catalogue.ts';

/** A language's texts for one field; missing ones fall back to English. */
export interface FieldWords {
  readonly label?: string;
  readonly help?: string;
  readonly unit?: string;
  readonly paper?: string;
  readonly choices?: Readonly<Record<string, string>>;
}

/** A language's texts for the whole catalogue. Field texts are looked up by owner first and then under `*`. */
export interface CatalogueWords {
  readonly fields: Readonly<Record<string, Readonly<Record<string, FieldWords>>>>;
  readonly models: Readonly<
    Record<string, { readonly summary: string; readonly implementations: Readonly<Record<string, string>> }>
  >;
  readonly tasks: Readonly<Record<string, { readonly title: string; readonly summary: string }>>;
  /** Titles of what ships with the program or can be downloaded; a person's own data keeps its name. */
  readonly datasets: Readonly<Record<string, string>>;
  readonly licences: Readonly<Record<string, string>>;
  readonly presets: Readonly<
    Record<
      string,
      { readonly title: (spec: ExperimentSpec) => string; readonly sentence: (spec: ExperimentSpec) => string }
    >
  >;
}

const words = (): CatalogueWords | null => (locale() === 'zh' ? zhCatalogue : null);

const fieldWords = (owner: string, name: string): FieldWords | undefined =>
  words()?.fields[owner]?.[name] ?? words()?.fields['*']?.[name];

/** English names of the catalogue with those of the current language, for messages that name them. */
export function namesOf({ models, stack, tasks, training, threads }: Catalogue): ReadonlyMap<string, string> {
  const owned: readonly (readonly [string, Fields])[] = [
    ['stack', stack],
    ['training', training],
    ...models.map(({ kind, fields }) => [kind, fields] as const),
    ...tasks.map(({ id, fields }) => [id, fields] as const),
  ];
  const labels = owned.flatMap(([owner, fields]) =>
    Object.entries(fields).map(([name, field]) => [field.label, fieldLabel(owner, name, field)] as const),
  );
  const titles = tasks.map((task) => [task.title, taskTitle(task)] as const);
  return new Map([...labels, ...titles].filter(([english, own]) => english !== own && english !== threads.label));
}

/** `owner` is a model kind, a task id, `stack` or `training`. */
export const fieldLabel = (owner: string, name: string, field: Field): string =>
  fieldWords(owner, name)?.label ?? field.label;
export const fieldHelp = (owner: string, name: string, field: Field): string =>
  fieldWords(owner, name)?.help ?? field.help;
export const fieldUnit = (owner: string, name: string, field: Field): string =>
  fieldWords(owner, name)?.unit ?? field.unit ?? '';
export const fieldPaper = (owner: string, name: string, field: Field): string =>
  fieldWords(owner, name)?.paper ?? field.paper ?? '';

export const choiceLabel = (owner: string, name: string, choice: ChoiceField['choices'][number]): string =>
  fieldWords(owner, name)?.choices?.[choice.value] ?? choice.label;

export const modelSummary = (model: ModelInfo): string => words()?.models[model.kind]?.summary ?? model.summary;
/** One sentence on how an implementation computes. */
export const implementationHelp = (model: ModelInfo, implementation: ModelInfo['implementations'][number]): string =>
  words()?.models[model.kind]?.implementations[implementation.id] ?? implementation.help;
export const taskTitle = (task: TaskInfo): string => words()?.tasks[task.id]?.title ?? task.title;
export const taskSummary = (task: TaskInfo): string => words()?.tasks[task.id]?.summary ?? task.summary;
/** `Selective copying: minGRU, GRU`: the default name of an experiment. */
export function experimentName({ task, variants }: ExperimentSpec, { models, tasks }: Catalogue): string {
  const info = tasks.find((one) => one.id === task.id);
  const kinds = [...new Set(variants.map((variant) => variant.model))];
  const raced = kinds.map((kind) => models.find((one) => one.kind === kind)?.title ?? kind);
  return `${info ? taskTitle(info) : task.id}: ${raced.join(', ')}`.slice(0, 200);
}
export const datasetTitle = (dataset: DatasetInfo): string => words()?.datasets[dataset.id] ?? dataset.title;
export const licenceName = (licence: string): string => words()?.licences[licence] ?? licence;
export const presetTitle = (preset: Preset): string => words()?.presets[preset.id]?.title(preset.spec) ?? preset.title;
export const presetSentence = (preset: Preset): string =>
  words()?.presets[preset.id]?.sentence(preset.spec) ?? preset.sentence;
