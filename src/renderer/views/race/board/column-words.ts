// Headings of settings columns in the current language.
import { fieldLabel } from '../../../i18n/fields.ts';
import { t, type MessageKey } from '../../../i18n/index.ts';
import type { SettingsColumn } from './settings-columns.ts';

const builtIn: Readonly<Record<string, MessageKey>> = {
  task: 'race.column.task',
  model: 'race.column.model',
  family: 'picker.familyTitle',
  implementation: 'race.column.implementation',
  budget: 'race.column.budget',
  device: 'race.column.device',
  threads: 'race.column.threads',
  storage: 'race.column.storage',
};

/** Heading of a settings column: the short symbol where a field has one. */
export function columnLabel(column: SettingsColumn): string {
  const words = builtIn[column.id];
  if (words !== undefined) return t(words);
  return column.field?.symbol ?? columnTitle(column);
}

/** The full words, for tooltips. */
export function columnTitle(column: SettingsColumn): string {
  const words = builtIn[column.id];
  if (words !== undefined) return t(words);
  return column.field === null ? column.name : fieldLabel(column.owner ?? '', column.name, column.field);
}
