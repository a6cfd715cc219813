// The set that the screen shows, what a person has chosen for it, and what a forecast makes of that. Depends on the lab; independent of the
// screen's parts.
import { useDebounceFn } from '@vueuse/core';
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import { AppFailure } from '../../../engine/core/result.ts';
import type { DatasetInfo, TaskInfo } from '../../../engine/spec/catalogue.ts';
import type { FieldValues } from '../../../engine/spec/fields.ts';
import { recognisedRoles, roleFields, rolesOf, type ColumnRoles, type TableSize } from '../../../engine/spec/table.ts';
import type { DatasetLook, ForecastLook } from '../../../protocol/own-data.ts';
import { parseFieldText } from '../../components/field-text.ts';
import { told } from '../../i18n/told.ts';
import { lab } from '../../services/lab.ts';
import { useLabStore } from '../../stores/lab.ts';
import { useSessionStore } from '../../stores/session.ts';
import { useUiStore } from '../../stores/ui.ts';
import { useSetupStore } from '../race/setup/setup-store.ts';

/** Horizon and window that fit a small table: a fifth of its rows is held out, shared by its series. */
function fittingFields({ rows, columns }: TableSize, { series }: ColumnRoles, task: TaskInfo): FieldValues {
  const each = rows / Math.max(1, columns.find(({ name }) => name === series)?.texts ?? 1);
  const usual = (name: string): number => Number(task.fields[name]?.default ?? 1);
  const horizon = Math.max(1, Math.min(usual('horizon'), Math.floor(each * 0.1)));
  const lookback = Math.max(1, Math.min(usual('lookback'), Math.floor(each * 0.4)));
  const fitting = { horizon, lookback, season: Math.min(usual('season'), Math.floor(each * 0.2)) };
  return Object.fromEntries(Object.entries(fitting).filter(([name, value]) => value !== task.fields[name]?.default));
}

interface Problem {
  readonly field: string;
  readonly words: string;
}

interface OwnData {
  readonly sets: ComputedRef<readonly DatasetInfo[]>;
  readonly chosen: ComputedRef<DatasetInfo | null>;
  readonly task: ComputedRef<TaskInfo | null>;
  readonly look: ShallowRef<DatasetLook | null>;
  /** Of the forecast. */
  readonly fields: ShallowRef<FieldValues>;
  readonly roles: ComputedRef<ColumnRoles | null>;
  readonly plan: ShallowRef<ForecastLook | null>;
  /** What keeps the choice from being learned, and the field it is about. */
  readonly problem: ShallowRef<Problem | null>;
  readonly set: (change: FieldValues) => void;
}

/** The chosen set: that of the address, else the newest own one, else the first table. */
function useChosen() {
  const route = useRoute();
  const store = useLabStore();
  const sets = computed(() => store.catalogue?.datasets.filter(({ state }) => state === 'here') ?? []);
  const chosen = computed(
    () =>
      sets.value.find(({ id }) => id === route.query['id']) ??
      sets.value.findLast(({ licence }) => licence === 'your own file') ??
      sets.value.find(({ kind }) => kind === 'table') ??
      null,
  );
  const task = computed(() => store.catalogue?.tasks.find(({ needs }) => needs === chosen.value?.kind) ?? null);
  return { sets, chosen, task };
}

/** Settings in the address, as far as they can be read. */
function addressed(query: LocationQuery, { fields }: TaskInfo): FieldValues {
  const found = Object.entries(fields).flatMap(([name, field]) => {
    const text = query[name];
    const value = typeof text === 'string' ? parseFieldText(field, text, false) : undefined;
    return value === undefined || typeof value === 'object' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

/** Those in the address, else those of the experiment that learns this table, else what is recognised. */
function startingFields(query: LocationQuery, { id, table }: DatasetInfo, task: TaskInfo): FieldValues {
  const own = addressed(query, task);
  if (Object.keys(own).length > 0) return own;
  const open = useSetupStore().draft ?? useSessionStore().session?.experiment ?? null;
  if (open?.task.id === task.id && open.task.fields?.['dataset'] === id) return open.task.fields;
  if (table === undefined) return {};
  const roles = recognisedRoles(table);
  return { ...roleFields(roles), ...fittingFields(table, roles, task) };
}

/** What a forecast with these fields makes of the table, or what keeps it from being learned; asked for again whenever a field changes. */
function usePlan({ chosen, task }: ReturnType<typeof useChosen>, fields: ShallowRef<FieldValues>) {
  const ui = useUiStore();
  const plan = shallowRef<ForecastLook | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const asked = computed(() => JSON.stringify([chosen.value?.id, fields.value]));
  const show = (now: string, reply: ForecastLook | null, refused: Problem | null): void => {
    if (now === asked.value) [plan.value, problem.value] = [reply, refused];
  };
  const ask = useDebounceFn(async (): Promise<void> => {
    const [now, set, def] = [asked.value, chosen.value, task.value];
    if (set?.kind !== 'table' || def === null) return show(now, null, null);
    const defaults = Object.fromEntries(Object.entries(def.fields).map(([name, field]) => [name, field.default]));
    const choice = { id: def.id, fields: { ...defaults, ...fields.value, dataset: set.id } };
    try {
      show(now, await lab().request('dataset/forecast', { task: choice }), null);
    } catch (failure) {
      if (!(failure instanceof AppFailure)) return void ui.showError(failure);
      const { field = '', message } = failure.appError;
      show(now, null, { field: field.replace('task.fields.', ''), words: told(message) });
    }
  }, 200);
  watch(asked, () => void ask(), { immediate: true });
  return { plan, problem };
}

export function useOwnData(): OwnData {
  const choice = useChosen();
  const { sets, chosen, task } = choice;
  const [route, router] = [useRoute(), useRouter()];
  const ui = useUiStore();
  const look = shallowRef<DatasetLook | null>(null);
  const fields = shallowRef<FieldValues>({});
  const roles = computed(() => {
    const table = chosen.value?.table;
    const found = table === undefined ? null : rolesOf(table, fields.value);
    return found !== null && 'roles' in found ? found.roles : null;
  });
  const load = async (): Promise<void> => {
    const [set, def] = [chosen.value, task.value];
    look.value = null;
    if (set === null || def === null) return;
    fields.value = startingFields(route.query, set, def);
    const reply = await lab().request('dataset/look', { id: set.id });
    if (chosen.value?.id === set.id) look.value = reply;
  };
  watch([() => chosen.value?.id, () => task.value?.id], () => void ui.attempt(load), { immediate: true });
  const set = (change: FieldValues): void => {
    fields.value = { ...fields.value, ...change };
    const texts = Object.entries(fields.value).map(([name, value]) => [name, String(value)] as const);
    const kept: Record<string, string> = Object.fromEntries(texts.filter(([name]) => name !== 'dataset'));
    void router.replace({ query: { ...kept, id: chosen.value?.id ?? '' } });
  };
  return { sets, chosen, task, look, fields, roles, ...usePlan(choice, fields), set };
}
