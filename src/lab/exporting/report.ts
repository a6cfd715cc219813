// A session as one HTML file that opens without a network: the sentence it ends with, pictures, run table, settings, machine, samples.
// It runs no script and loads nothing, which a policy in its head enforces; everything a person has entered is escaped.
import { itemAt } from '../../engine/core/item.ts';
import { asIs, joined, numberText, type AsIs, type Message } from '../../engine/core/say.ts';
import type { Comparison } from '../../engine/spec/statistics/comparisons.ts';
import { seedMarks } from '../../engine/spec/statistics/seed-picture.ts';
import { planWords, summaryWords, verdictWords } from '../../engine/spec/statistics/seed-words.ts';
import { marksAsSvg } from '../../engine/spec/scene-svg.ts';
import { fallbackWords } from '../../engine/spec/fallbacks.ts';
import { resultWords } from '../../engine/spec/race-result.ts';
import { toldIn } from '../../protocol/told/told.ts';
import type { UiLanguage } from '../../protocol/ipc.ts';
import type { RunState, SessionState } from '../../protocol/state.ts';
import { programVersion } from '../files/program.ts';
import { headlineStatistics } from '../race/seed-statistics.ts';
import { axisOfBudget, resultOf } from '../race/race-result.ts';
import { documentWords, type DocumentWords } from './document-words.ts';
import { dayOf, racePictures } from './pictures/race-pictures.ts';
import { forPeople, isBest, runTable, settingsOf, shown } from './run-table.ts';
import type { ExportSource } from './source.ts';

const letters: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Escapes every character; marks that change the writing direction are shown as codes. */
const html = (text: string): string =>
  text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replace(/[&<>"']/g, (letter) => letters[letter] ?? '');

const section = (title: string, content: string): string =>
  content === '' ? '' : `<section><h2>${html(title)}</h2>${content}</section>`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<div class="wide"><table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table></div>`;
}

function results(runs: readonly RunState[], words: DocumentWords, language: UiLanguage): string {
  if (runs.length === 0) return `<p>${words.noRuns}</p>`;
  const { columns } = forPeople(runTable(runs));
  const rows = runs.map((run) =>
    columns.map((column) => {
      const text = html(column.id === 'status' ? words.status(run.status) : shown(column, run));
      return isBest(column, run, runs) ? `<strong>${text}</strong>` : text;
    }),
  );
  const all = table(
    columns.map(({ id, title, titleIn }) => html(words.columns[id] ?? titleIn?.(language) ?? title)),
    rows,
  );
  return all + otherwise(runs, language);
}

/** Every variant over its seeds, then each comparison with the reference; nothing where no variant has a second seed. */
function seeds(session: Pick<SessionState, 'runs' | 'baseline' | 'plans'>, language: UiLanguage): string {
  const statistics = headlineStatistics(session);
  if (statistics === null) return '';
  const { comparison, names, reference, plan } = statistics;
  const { metric, summaries, pairs } = comparison;
  const told = (message: Message): string => html(toldIn(language, message));
  const nameOf = (at: number): AsIs => asIs<string>(itemAt(names, at));
  const rows = summaries.map((summary, at) => [
    html(itemAt(names, at)),
    seedDots(comparison, at),
    told(summaryWords(summary, metric)),
  ]);
  const lines = pairs.map((one) => `<li>${told(verdictWords(one, comparison, nameOf(one.a), nameOf(reference)))}</li>`);
  return `<p>${told(joined([metric.title, planWords(plan)], '; '))}</p>${table([], rows)}${lines.length === 0 ? '' : `<ul>${lines.join('')}</ul>`}`;
}

/** Every seed as a dot over the range of all variants, with the mean and its interval. */
function seedDots(comparison: Comparison, at: number): string {
  const marks = seedMarks(comparison, at, { width: 240, height: 20, ...reportInk });
  return `<svg width="240" height="20" role="img">${marksAsSvg(marks, '')}</svg>`;
}

const reportInk = { dot: '#1c6ea4', line: '#1c2024' };

/** A line for each run with steps that another implementation computed. */
const otherwise = (runs: readonly RunState[], language: UiLanguage): string =>
  runs
    .flatMap(({ name, fallbacks, spec, step }) =>
      fallbacks === undefined
        ? []
        : [`<p>${html(`${name}: ${toldIn(language, fallbackWords(fallbacks, spec.model.implementation, step))}`)}</p>`],
    )
    .join('');

/** What the runs have learned from, each once. */
function data(runs: readonly RunState[], words: DocumentWords): string {
  const known = runs.flatMap(({ texts = [] }) => texts.flatMap(({ text }) => (text === null ? [] : [text])));
  const each = new Map(known.map((text) => [`${text.name} ${text.sha256}`, text]));
  const rows = [...each.values()].map(({ name, title, bytes, sha256 }) => [
    html(title === undefined ? name : `${title} (${name})`),
    numberText(bytes),
    sha256,
  ]);
  return rows.length === 0 ? '' : table(words.data.map(html), rows);
}

/** Settings that all runs share; the differing ones are in the run table. */
function settings(runs: readonly RunState[], words: DocumentWords): string {
  const all = runs.map((run) => settingsOf(run.spec));
  const [first = {}] = all;
  const common = Object.entries(first).filter(([name, value]) => all.every((values) => values[name] === value));
  return common.length === 0
    ? ''
    : table(
        words.setting,
        common.map(([name, value]) => [html(name), html(String(value))]),
      );
}

function machines(runs: readonly RunState[], words: DocumentWords): string {
  const stamps = runs.flatMap(({ environment: of }) =>
    of === null
      ? []
      : [
          [
            of.cpu,
            of.platform,
            of.node,
            of.device,
            of.module,
            String(of.threads),
            `${of.version}${of.commit === null ? '' : ` (${of.commit.slice(0, 10)})`}`,
          ],
        ],
  );
  const distinct = [...new Map(stamps.map((stamp) => [stamp.join('\n'), stamp])).values()];
  return distinct.length === 0
    ? ''
    : table(
        words.machine,
        distinct.map((stamp) => stamp.map(html)),
      );
}

/** The newest text of each run. */
async function samples({ store, states, language }: ExportSource): Promise<string> {
  const texts: string[] = [];
  for (const run of states) {
    const sample = (await store.samples(run.id)).toSorted((a, b) => a.step - b.step || a.id - b.id).at(-1);
    if (sample === undefined) continue;
    const about = documentWords[language].sample(numberText(sample.step), numberText(sample.temperature));
    texts.push(
      `<figure><figcaption>${html(run.name)}, ${html(about)}</figcaption><pre><b>${html(sample.prompt)}</b>${html(sample.text)}</pre></figure>`,
    );
  }
  return texts.join('');
}

async function sentence({ states, session, store, language }: ExportSource): Promise<string> {
  const [first] = states;
  if (first === undefined) return '';
  const axis = axisOfBudget(first.spec.budget);
  const result = await resultOf({ runs: states, baseline: session.baseline }, store, axis);
  return result === null ? '' : `<p class="result">${html(toldIn(language, resultWords(result, axis)))}</p>`;
}

/** As drawn by the window; otherwise the initial charts of a race, drawn here. */
async function pictures(source: ExportSource): Promise<string> {
  const all = source.pictures.length > 0 ? source.pictures : await racePictures(source);
  return all
    .map(({ title, svg }) => {
      const data = Buffer.from(svg, 'utf8').toString('base64');
      return `<figure><img alt="${html(title)}" src="data:image/svg+xml;base64,${data}"></figure>`;
    })
    .join('');
}

const style = `body{font:14px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem;color:#1c2024;background:#fff}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin-top:2rem}.result{font-size:1.05rem}.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #ddd;white-space:nowrap}
th:first-child,td:first-child{text-align:left}thead th{border-bottom:2px solid #999}figure{margin:1rem 0}img{max-width:100%;height:auto}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(480px,1fr));gap:1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f6f4;padding:.75rem}
figcaption{color:#555}footer{margin-top:3rem;color:#555}@media(max-width:560px){.pictures{grid-template-columns:1fr}}`;

/** The text of the file. */
export async function reportOf(source: ExportSource): Promise<string> {
  const { session, states } = source;
  const words = documentWords[source.language];
  const { sections } = words;
  const day = dayOf(states);
  const drawn = await pictures(source);
  return [
    `<!doctype html>\n<html lang="${words.tag}"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
    `<meta name="viewport" content="width=device-width"><title>${html(session.name)}</title><style>${style}</style></head><body>`,
    `<h1>${html(session.name)}</h1>`,
    await sentence(source),
    session.note === '' ? '' : `<p>${html(session.note).replaceAll('\n', '<br>')}</p>`,
    section(sections.results, results(states, words, source.language)),
    section(sections.seeds, seeds({ ...session, runs: states }, source.language)),
    section(sections.charts, drawn === '' ? '' : `<div class="pictures">${drawn}</div>`),
    section(sections.samples, await samples(source)),
    section(sections.data, data(states, words)),
    section(sections.settings, settings(states, words)),
    section(sections.machine, machines(states, words)),
    `<footer>minRNN Lab ${html(programVersion())}${day === '' ? '' : `, ${html(words.runsOf(day))}`}</footer>`,
    '</body></html>\n',
  ].join('\n');
}
