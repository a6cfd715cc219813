// Shortens the labels at the ends of lines to fit. A name starts with the model and ends with what distinguishes it, so the dropped part is
// what the lines share. Pure.

const separator = ' · ';

const cut = (text: string, room: number, width: (text: string) => number): string => {
  let end = text.length - 1;
  while (end > 1 && width(`${text.slice(0, end)}…`) > room) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
};

/** `minGRU · d 128 · lr 3e-3`, `… d 128 · lr 3e-3`, `… lr 3e-3`: the longest first. */
function formsOf(name: string): readonly string[] {
  const parts = name.split(separator);
  return parts.map((_, at) => (at === 0 ? name : `… ${parts.slice(at).join(separator)}`));
}

/**
 * One label per name, each at most `room` pixels wide as measured by `width`. As little as possible is dropped from the front; a form used
 * by another name is not used again; a label that still does not fit is cut at its end.
 */
export function shortLabels(
  names: readonly string[],
  room: number,
  width: (text: string) => number,
): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const forms = formsOf(name);
    const fitting = forms.find((form) => width(form) <= room && !taken.has(form));
    const label = fitting ?? cut(forms.find((form) => !taken.has(form)) ?? name, room, width);
    taken.add(label);
    return label;
  });
}
