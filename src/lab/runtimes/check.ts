// Has a runtime tried in a process of its own, with patience for what hangs, and puts what it says into one result. Loads nothing itself.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say, type Message } from '../../engine/core/say.ts';
import type { Agreement } from '../../engine/spec/agreement.ts';
import type { CheckLine, CheckTarget, RuntimeCheck, StepTime } from '../../protocol/runtimes.ts';
import { childFlags } from '../../session/node-flags.ts';
import { runtimeCheckEntry } from '../files/program.ts';
import type { RuntimeSource } from './source.ts';

/** Longest silence of the process. Loading half a gigabyte from a slow disk is the longest there is. */
const patienceMs = 180_000;

export interface CheckRequest {
  readonly target: CheckTarget;
  readonly needsCuda: boolean;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
  readonly patience?: number;
}

/** An installed runtime; `library` = the folder of its package. */
export const targetOf = (
  { ops = [], timed = true }: Pick<RuntimeSource, 'ops' | 'timed'>,
  library: string,
): CheckTarget => ({
  kind: 'tensorflow',
  module: null,
  library,
  ops,
  timed,
});

function broken(why: Message): AppFailure {
  return new AppFailure({
    code: 'unsupported',
    message: say`runtimes: it must load and compute, got ${why}`,
    cure: say`Remove it and install it again. Everything else goes on without it.`,
  });
}

const readLine = (text: string): CheckLine | null => {
  try {
    return JSON.parse(text) as CheckLine;
  } catch {
    // A library that greets on standard output.
    return null;
  }
};

/** What the process has said so far. */
class Findings {
  loaded: Extract<CheckLine, { type: 'loaded' }> | null = null;
  ended = false;
  agreement: Agreement | null = null;
  step: StepTime | null = null;
  readonly ops: Extract<CheckLine, { type: 'op' }>[] = [];

  take(line: CheckLine): void {
    if (line.type === 'loaded') this.loaded = line;
    else if (line.type === 'op') this.ops.push(line);
    else if (line.type === 'agreement') this.agreement = line.agreement;
    else if (line.type === 'step') this.step = { seconds: line.seconds, steps: line.steps };
    else this.ended = true;
  }

  result(needsCuda: boolean): RuntimeCheck {
    if (this.loaded === null) throw broken(say`an end before it was loaded`);
    const { module, cuda, ops: total } = this.loaded;
    if (needsCuda && !cuda)
      throw broken(say`no CUDA device: it needs the libraries of CUDA 12 and cuDNN 8 beside the driver`);
    const differ = this.ops.flatMap(({ op, problem }) => (problem === null ? [] : [{ op, problem }]));
    const passed = this.ops.length - differ.length;
    const first = differ[0];
    if (passed === 0 && first !== undefined)
      throw broken(say`no op that agrees with the reference: ${asIs(first.problem)}`);
    const worst = Math.max(0, ...this.ops.map((one) => one.worst));
    const { agreement, step } = this;
    return { at: new Date().toISOString(), module, cuda, passed, total, differ, worst, agreement, step };
  }
}

function endWords(code: number | null, signal: NodeJS.Signals | null, errors: string): Message {
  const how =
    signal === null ? say`it ended with code ${asIs(String(code))}` : say`it was ended by ${asIs<string>(signal)}`;
  const said = errors
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /error|cannot|not found|fail|undefined symbol/i.test(line));
  const last = said[0] ?? errors.trim().split('\n').at(-1) ?? '';
  return last === '' ? how : say`${how} after "${asIs(last.slice(0, 300))}"`;
}

/** Rejects with AppFailure when it cannot be loaded, crashes, hangs or computes nothing right; with the signal's reason when called off. */
export async function checkRuntime(request: CheckRequest): Promise<RuntimeCheck> {
  const { target, needsCuda, onProgress, signal, patience = patienceMs } = request;
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...childFlags, runtimeCheckEntry(), JSON.stringify(target)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = (): boolean => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const findings = new Findings();
  let errors = '';
  let silent = false;
  const impatient = setTimeout(() => {
    silent = true;
    stop();
  }, patience);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-20_000)));
  createInterface(child.stdout).on('line', (text) => {
    impatient.refresh();
    const line = readLine(text);
    if (line === null) return;
    findings.take(line);
    onProgress(findings.ops.length, findings.loaded?.ops ?? 0);
  });
  const [code, ended] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('error', (error) => {
      errors += error.message;
      resolve([null, null]);
    });
    child.on('close', (...how) => resolve(how));
  });
  clearTimeout(impatient);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (silent) throw broken(say`no answer in ${Math.round(patience / 1000)} s`);
  if (!findings.ended) throw broken(endWords(code, ended, errors));
  return findings.result(needsCuda);
}
