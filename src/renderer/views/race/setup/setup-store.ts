// The experiment being set up: every change is saved to the session at once, and checked and planned by the lab. Holds the latest answers
// and drops late ones.
import { verbatim } from '../../../../engine/core/say.ts';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { asAppError, type AppError } from '../../../../engine/core/result.ts';
import type { ExperimentSpec, SpecIssue } from '../../../../engine/spec/run-spec.ts';
import type { Preflight } from '../../../../protocol/state.ts';
import { lab } from '../../../services/lab.ts';
import { useSessionStore } from '../../../stores/session.ts';

const SAVE_MS = 300;
const CHECK_MS = 250;
const PLAN_MS = 200;

/** Runs the latest call after a pause; `flush` runs a waiting one now. */
function later(ms: number, run: () => Promise<void>) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const fire = (): Promise<void> => {
    timer = null;
    return run();
  };
  return {
    call: (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => void fire(), ms);
    },
    flush: (): Promise<void> => {
      if (timer === null) return Promise.resolve();
      clearTimeout(timer);
      return fire();
    },
    cancel: (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** The lab's check of the draft. */
function judgement(draft: { readonly value: ExperimentSpec | null }) {
  const issues = shallowRef<readonly SpecIssue[]>([]);
  const preflight = shallowRef<Preflight | null>(null);
  const checking = shallowRef(false);
  const failure = shallowRef<AppError | null>(null);
  const plan = later(PLAN_MS, async () => {
    const spec = draft.value;
    if (spec === null) return;
    const reply = await lab().request('experiment/preflight', { spec });
    if (draft.value === spec) preflight.value = reply;
  });
  const check = later(CHECK_MS, async () => {
    const spec = draft.value;
    if (spec === null) return;
    checking.value = true;
    failure.value = null;
    try {
      const reply = await lab().request('experiment/validate', { spec });
      if (draft.value !== spec) return;
      issues.value = reply.issues;
      if (reply.issues.every((issue) => issue.severity !== 'error')) {
        plan.call();
        await plan.flush();
      }
    } catch (thrown) {
      if (draft.value === spec) failure.value = asAppError(thrown, 'window');
    } finally {
      if (draft.value === spec) checking.value = false;
    }
  });
  return { issues, preflight, checking, failure, check };
}

/** Saves the draft in the session file while typing. */
function autosave(draft: { readonly value: ExperimentSpec | null }) {
  const session = useSessionStore();
  const unsaved = shallowRef<AppError | null>(null);
  const save = later(SAVE_MS, async () => {
    if (draft.value === null || session.session === null) return;
    try {
      await session.edit({ experiment: draft.value });
      unsaved.value = null;
    } catch (thrown) {
      unsaved.value = asAppError(thrown, 'window');
    }
  });
  return { unsaved, save };
}

/** All problems: the lab's issues and texts that cannot be stored. */
function problems(issues: { readonly value: readonly SpecIssue[] }) {
  /** By field path. */
  const unread = shallowRef<Readonly<Record<string, string>>>({});
  const setUnread = (field: string, message: string | null): void => {
    const { [field]: _old, ...rest } = unread.value;
    unread.value = message === null ? rest : { ...rest, [field]: message };
  };
  const errors = computed<readonly SpecIssue[]>(() => [
    ...Object.entries(unread.value).map(([field, message]) => ({
      field,
      message: verbatim(message),
      severity: 'error' as const,
    })),
    ...issues.value.filter((issue) => issue.severity === 'error'),
  ]);
  return { unread, setUnread, errors };
}

export const useSetupStore = defineStore('setup', () => {
  const session = useSessionStore();
  const draft = shallowRef<ExperimentSpec | null>(null);
  const starting = shallowRef(false);
  const { issues, preflight, checking, failure, check } = judgement(draft);
  const { unsaved, save } = autosave(draft);
  const { unread, setUnread, errors } = problems(issues);
  const open = (spec: ExperimentSpec | null): void => {
    save.cancel();
    draft.value = spec;
    unread.value = {};
    issues.value = [];
    preflight.value = null;
    if (spec !== null) check.call();
  };
  const change = (next: ExperimentSpec): void => {
    draft.value = next;
    save.call();
    check.call();
  };
  /** Starts the race; false if the lab refused, which is shown next to the button. */
  const start = async (): Promise<boolean> => {
    const spec = draft.value;
    if (spec === null) return false;
    save.cancel();
    starting.value = true;
    failure.value = null;
    try {
      await session.startRace(spec);
      return true;
    } catch (thrown) {
      failure.value = asAppError(thrown, 'window');
      return false;
    } finally {
      starting.value = false;
    }
  };
  const said = { issues, errors, preflight, checking, failure, unsaved, starting };
  return { draft, ...said, open, change, setUnread, start, flush: save.flush };
});
