// A setting's value as in the form: yes and no, choices by their label, numbers as typed.
import type { Field, FieldValue } from '../../../engine/spec/fields.ts';
import { choiceLabel } from '../../i18n/fields.ts';
import { t } from '../../i18n/index.ts';
import { settingText } from './board/settings-columns.ts';

export function settingWords(
  owner: string,
  name: string,
  field: Field | null | undefined,
  value: FieldValue | null,
): string {
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (field?.kind === 'choice') {
    const choice = field.choices.find((one) => one.value === value);
    if (choice !== undefined) return choiceLabel(owner, name, choice);
  }
  return settingText(value);
}
