// A value of a setting in words: `lr 3e-3`, `minGRU`, `log-scan`.
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import { columnLabel } from '../board/column-words.ts';
import { settingText, type SettingsColumn } from '../board/settings-columns.ts';

/** With the setting's symbol if the value alone would be a bare number or yes/no. */
export function settingName(column: SettingsColumn, value: FieldValue | null): string {
  const text = settingText(value);
  return typeof value === 'string' && column.id !== 'budget' ? text : `${columnLabel(column)} ${text}`;
}
