// A reproduction in the terminal: its numbers, and a verdict on each part of its claim.
import { ratioTable, ratioVerdicts, theExactRule } from '../engine/spec/reproduce/computed-document.ts';
import type { ComputedOutcome } from '../engine/spec/reproduce/computed.ts';
import { numbers, theRule, type Document } from '../engine/spec/reproduce/document.ts';
import type { PartOutcome } from '../engine/spec/reproduce/outcome.ts';
import { decidedBy, intervalWords, verdictWords, whatWouldDecide } from '../engine/spec/reproduce/words.ts';
import type { Console } from './console.ts';
import { said, table } from './show.ts';

export function showReproduction(out: Console, document: Document): void {
  const { preset, size, outcome, metric } = document;
  out.data({ type: 'reproduction', id: preset.id, size, arms: outcome.arms, parts: outcome.parts });
  out.say(`\n${said(preset.title)}: ${said(preset.claim)}\n`);
  const [head = [], ...rows] = numbers(document, said);
  out.say(`${table(head, rows, [...preset.heads.keys()])}\n`);
  const parts = outcome.parts.map((part) => [
    said(verdictWords[part.verdict.verdict]),
    said(part.part.says),
    said(decidedBy(part, metric)),
    intervalWords(part, metric),
  ]);
  out.say(`${table(['verdict', 'part of the claim', 'by', 'interval'], parts, [0, 1])}\n`);
  const open = outcome.parts.flatMap(undecided);
  if (open.length > 0) out.say(open.join('\n'));
  out.say(`\n${said(theRule)}`);
}

export function showComputed(out: Console, outcome: ComputedOutcome): void {
  const { preset, rows, parts } = outcome;
  out.data({ type: 'reproduction', id: preset.id, rows, parts });
  out.say(`\n${said(preset.title)}: ${said(preset.claim)}\n`);
  const [head = [], ...lines] = ratioTable(outcome, said);
  out.say(`${table(head, lines, [...preset.heads.keys()])}\n`);
  const [titles = [], ...verdicts] = ratioVerdicts(outcome, said);
  out.say(`${table(titles, verdicts, [0, 1])}\n`);
  out.say([...preset.notes, theExactRule].map(said).join('\n'));
}

/** What would decide a part, after what it says. */
function undecided(part: PartOutcome): readonly string[] {
  const more = whatWouldDecide(part);
  return more === null ? [] : [`${said(part.part.says)} ${said(more)}`];
}
