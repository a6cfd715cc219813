// Any order of questions, answers, errors, ends of time and of the channel: each question gets exactly one outcome, the first one meant for it.
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppFailure } from '../engine/core/result.ts';
import { say } from '../engine/core/say.ts';
import { Correlator } from './correlator.ts';

type Act =
  | { readonly act: 'ask'; readonly limit: number | null }
  | { readonly act: 'answer' | 'refuse'; readonly id: number }
  | { readonly act: 'wait'; readonly ms: number }
  | { readonly act: 'refuseAll' | 'end' };

const id = fc.integer({ min: 0, max: 12 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('ask' as const), limit: fc.constantFrom(null, 40, 100) }) },
  { weight: 6, arbitrary: fc.record({ act: fc.constantFrom('answer' as const, 'refuse' as const), id }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(1, 20, 60) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('refuseAll' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('end' as const) }) },
);

/** What must come of each question: a plain list, with the time at which each runs out. */
class Model {
  readonly outcomes: (string | null)[] = [];
  readonly #until: number[] = [];
  #ended: string | null = null;
  #now = 0;

  do(one: Act, n: number): void {
    if (one.act === 'ask') {
      this.outcomes.push(this.#ended);
      this.#until.push(one.limit === null ? Infinity : this.#now + one.limit);
    } else if (one.act === 'answer') this.#set(one.id, `answer ${n}`);
    else if (one.act === 'refuse') this.#set(one.id, `error ${n}`);
    else if (one.act === 'wait') {
      this.#now += one.ms;
      for (const [i, until] of this.#until.entries()) if (until < this.#now) this.#set(i + 1, 'error missed');
    } else {
      for (const i of this.outcomes.keys()) this.#set(i + 1, `error ${n}`);
      if (one.act === 'end') this.#ended ??= `error ${n}`;
    }
  }

  #set(question: number, outcome: string): void {
    if (question > 0 && question <= this.outcomes.length) this.outcomes[question - 1] ??= outcome;
  }
}

describe('Correlator', () => {
  it('gives each question the first outcome that is meant for it, whatever comes in which order', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 40 }), async (all) => {
        let busy = false;
        const questions = new Correlator((some) => (busy = some));
        const model = new Model();
        const got: (string | null)[] = [];
        const ids: number[] = [];
        for (const [n, one] of all.entries()) {
          if (one.act === 'ask') {
            const at = got.push(null) - 1;
            const limit = one.limit === null ? null : { ms: one.limit, missed: () => new Error('missed') };
            questions
              .ask<string>((sent) => ids.push(sent), limit)
              .then(
                (value) => (got[at] = `answer ${value}`),
                (error: Error) => (got[at] = `error ${error.message}`),
              );
          } else if (one.act === 'answer') questions.answer(one.id, String(n));
          else if (one.act === 'refuse') questions.refuse(one.id, new Error(String(n)));
          else if (one.act === 'wait') await vi.advanceTimersByTimeAsync(one.ms);
          else questions[one.act](new Error(String(n)));
          model.do(one, n);
          expect(busy).toBe(questions.waiting > 0);
        }
        await vi.advanceTimersByTimeAsync(0);
        expect(got).toEqual(model.outcomes);
        expect(questions.waiting).toBe(got.filter((outcome) => outcome === null).length);
        expect(ids).toEqual(ids.map((_, i) => i + 1));
      }),
    );
  });

  it('rejects a question that cannot be sent, and goes on', async () => {
    const questions = new Correlator();
    const unsendable = questions.ask(() => {
      throw new Error('not cloneable');
    });
    await expect(unsendable).rejects.toThrow('not cloneable');
    const next = questions.ask<number>((sent) => setImmediate(() => questions.answer(sent, 7)));
    expect(await next).toBe(7);
  });

  it('gives up in time, and drops the answer that comes too late', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const questions = new Correlator();
    const missed = vi.fn(() => new AppFailure({ code: 'damaged-file', message: say`nothing came` }));
    const late = questions.ask(() => undefined, { ms: 100, missed });
    const inTime = questions.ask<string>(() => undefined, { ms: 100, missed });
    const outcome = expect(late).rejects.toMatchObject({ appError: { code: 'damaged-file' } });
    questions.answer(2, 'in time');
    await vi.advanceTimersByTimeAsync(101);
    await outcome;
    questions.answer(1, 'too late');
    expect(await inTime).toBe('in time');
    expect(missed).toHaveBeenCalledOnce();
  });
});
