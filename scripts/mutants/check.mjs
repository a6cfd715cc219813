// A mutant is data: { name, file, find, replace, tests, why }. What it does to a file, and what is wrong with a list of them.

/** The text of the file with the change made, or the reason why it does not apply. */
export function mutate(text, { find, replace }) {
  const places = text.split(find).length - 1;
  if (places !== 1) return { ok: false, why: `its line must be in the file once, got ${places} times` };
  return { ok: true, text: text.replace(find, () => replace) };
}

/** Those whose names contain one of the words; all without words. */
export const chosen = (mutants, words) =>
  words.length === 0 ? mutants : mutants.filter(({ name }) => words.some((word) => name.includes(word)));

/** Sentences about what is wrong with a list. `read` gives the text of a file, or null when there is none. */
export function problemsOf(mutants, read) {
  const problems = [];
  const names = new Set();
  for (const mutant of mutants) {
    const say = (what) => problems.push(`${mutant.name}: ${what}`);
    if (names.has(mutant.name)) say('another one has this name');
    names.add(mutant.name);
    if (mutant.find === mutant.replace) say('it changes nothing');
    if (mutant.tests.length === 0) say('no test is named');
    for (const test of mutant.tests) if (read(test) === null) say(`there is no ${test}`);
    const text = read(mutant.file);
    if (text === null) say(`there is no ${mutant.file}`);
    const changed = text === null ? { ok: true } : mutate(text, mutant);
    if (!changed.ok) say(changed.why);
  }
  return problems;
}
