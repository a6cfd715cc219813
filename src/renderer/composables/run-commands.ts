// Palette commands about runs: pause, continue, stop; all at once or one.
import type { RunState } from '../../protocol/state.ts';
import { formatInt } from '../format/numbers.ts';
import { t } from '../i18n/index.ts';
import { activeStatuses, resumableStatuses, useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import type { Command } from './commands.ts';

type Kind = 'pause' | 'resume' | 'stop' | 'step';

/** Acts on the named runs, or on all; a failure becomes a message. */
export function actOnRuns(kind: Kind, runs: readonly string[] = []): void {
  void useUiStore().attempt(() => useSessionStore().act(runs, { kind }));
}

/** Pauses running runs; if there are none, resumes those that can continue. */
export function togglePlay(): void {
  actOnRuns(useSessionStore().active.length > 0 ? 'pause' : 'resume');
}

const forAll = (kind: Kind, count: number, rest: Pick<Command, 'title' | 'icon' | 'keys'>): Command => ({
  id: `race/${kind}`,
  group: 'commands',
  detail: t('common.runs', {}, count),
  run: () => actOnRuns(kind),
  forRun: (run) => actOnRuns(kind, [run]),
  ...rest,
});

/** Commands that apply to the whole race now. */
export function raceCommands(): readonly Command[] {
  const { active, resumable } = useSessionStore();
  const list: Command[] = [];
  if (active.length > 0) {
    list.push(forAll('pause', active.length, { title: t('palette.pauseAll'), icon: 'pause', keys: 'space' }));
    list.push(forAll('stop', active.length, { title: t('palette.stopAll'), icon: 'stop' }));
  }
  if (resumable.length > 0) {
    list.push(forAll('resume', resumable.length, { title: t('palette.resumeAll'), icon: 'play', keys: 'space' }));
  }
  return list;
}

/** One line per run, which selects it on the Race screen, and its actions. */
export function runCommands(show: (run: string) => void): readonly Command[] {
  return useSessionStore().runs.flatMap((run) => {
    const select: Command = {
      id: `run/${run.id}`,
      group: 'runs',
      title: run.name,
      detail: t('palette.runAt', { status: t(`status.${run.status}`), step: formatInt(run.step) }),
      swatch: run.identity,
      run: () => show(run.id),
    };
    const control = controlOf(run);
    return control ? [select, control] : [select];
  });
}

function controlOf(run: RunState): Command | null {
  const detail = t('sessions.atStep', { step: formatInt(run.step) });
  if (activeStatuses.has(run.status)) {
    const title = t('palette.pauseRun', { name: run.name });
    return {
      id: `pause/${run.id}`,
      group: 'runs',
      title,
      detail,
      icon: 'pause',
      run: () => actOnRuns('pause', [run.id]),
    };
  }
  if (!resumableStatuses.has(run.status)) return null;
  const title = t('palette.resumeRun', { name: run.name });
  return {
    id: `resume/${run.id}`,
    group: 'runs',
    title,
    detail,
    icon: 'play',
    run: () => actOnRuns('resume', [run.id]),
  };
}
