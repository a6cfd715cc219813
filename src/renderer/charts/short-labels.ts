// Names beside the ends of lines, made to fit their room. A name says the model first and then what sets it apart, so what is dropped is
// what the lines have in common. Pure.

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
 * One label a name, each at most `room` pixels wide by `width`. As little as possible is dropped from the front; a form that another
 * name has taken is not used again; what still does not fit is cut at its end.
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
