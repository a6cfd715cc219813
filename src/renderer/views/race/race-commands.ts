// What the Race screen adds to the command palette while it is open.
import { useCommands, type Command } from '../../composables/commands.ts';
import { xAxes } from '../../charts/axes.ts';
import { t } from '../../i18n/index.ts';
import { useSessionStore } from '../../stores/session.ts';
import { chartTitle } from './metric-words.ts';
import { useRunActions } from './run-actions.ts';
import { useRaceViewStore } from './view-store.ts';

interface RaceScreen {
  readonly editAsNew: () => unknown;
  readonly editHere: () => void;
  readonly isRace: () => boolean;
}

function viewCommands(): readonly Command[] {
  const view = useRaceViewStore();
  const axes = xAxes.map((axis): Command => {
    const title = t('race.axisIs', { name: t(`race.axis.${axis}`) });
    return { id: `race.axis.${axis}`, group: 'commands', title, run: () => view.setAxis(axis) };
  });
  const tables = view.shown.map((chart): Command => {
    const title = t('race.showTable', { title: chartTitle(chart, view.metrics) });
    const run = (): void => view.toggleTable(chart);
    return { id: `race.table.${chart}`, group: 'commands', title, icon: 'table', keys: 't', run };
  });
  const title = t('race.wholeRange');
  const whole: Command = { id: 'race.whole', group: 'commands', title, icon: 'reset', keys: '0', run: view.resetZoom };
  return [whole, ...axes, ...tables];
}

function runCommands(screen: RaceScreen): readonly Command[] {
  const session = useSessionStore();
  const { rateOpen, forking } = useRunActions();
  const first = session.runs.find((run) => run.checkpoints.length > 0) ?? session.runs[0];
  const forkOf = (id: string): void => void (forking.value = id);
  const openRate = (): void => void (rateOpen.value = true);
  const both: readonly Command[] = [
    {
      id: 'race.edit',
      group: 'commands',
      title: t('race.editAsNew'),
      icon: 'edit',
      run: () => void screen.editAsNew(),
    },
    { id: 'race.editHere', group: 'commands', title: t('reading.editHere'), icon: 'edit', run: screen.editHere },
    { id: 'race.rate', group: 'commands', title: t('race.learningRate'), icon: 'lr', keys: 'l', run: openRate },
  ];
  if (first === undefined) return both;
  const title = t('race.forkFromHere');
  const run = (): void => forkOf(first.id);
  return [...both, { id: 'race.fork', group: 'commands', title, icon: 'fork', keys: 'f', run, forRun: forkOf }];
}

export function useRaceCommands(screen: RaceScreen): void {
  useCommands(() => (screen.isRace() ? [...runCommands(screen), ...viewCommands()] : []));
}
