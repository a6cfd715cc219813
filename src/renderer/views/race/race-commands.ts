// What the Race screen adds to the command palette while it is open.
import { useCommands, type Command } from '../../composables/commands.ts';
import { xAxes } from '../../charts/axes.ts';
import { t } from '../../i18n/index.ts';
import { useSessionStore } from '../../stores/session.ts';
import { useRunActions } from './run-actions.ts';
import { useRaceViewStore, type ChartId } from './view-store.ts';

export function useRaceCommands(screen: { readonly editAsNew: () => void; readonly isRace: () => boolean }): void {
  const view = useRaceViewStore();
  const session = useSessionStore();
  const { rateOpen, forking } = useRunActions();
  const forkOf = (id: string): void => {
    forking.value = id;
  };
  useCommands((): readonly Command[] => {
    if (!screen.isRace()) return [];
    const axes = xAxes.map((axis): Command => ({
      id: `race.axis.${axis}`,
      group: 'commands',
      title: t('race.axisIs', { name: t(`race.axis.${axis}`) }),
      run: () => view.setAxis(axis),
    }));
    const tables = view.shown.map((chart: ChartId): Command => ({
      id: `race.table.${chart}`,
      group: 'commands',
      title: t('race.showTable', { title: t(`race.chart.${chart}`) }),
      icon: 'table',
      keys: 't',
      run: () => view.toggleTable(chart),
    }));
    const forkable = session.runs.find((run) => run.checkpoints.length > 0);
    const fork: readonly Command[] = forkable
      ? [
          {
            id: 'race.fork',
            group: 'commands',
            title: t('race.forkFromHere'),
            icon: 'fork',
            keys: 'f',
            run: () => forkOf(forkable.id),
            forRun: forkOf,
          },
        ]
      : [];
    return [
      { id: 'race.edit', group: 'commands', title: t('race.editAsNew'), icon: 'edit', run: screen.editAsNew },
      {
        id: 'race.rate',
        group: 'commands',
        title: t('race.learningRate'),
        icon: 'lr',
        keys: 'l',
        run: () => (rateOpen.value = true),
      },
      {
        id: 'race.whole',
        group: 'commands',
        title: t('race.wholeRange'),
        icon: 'reset',
        keys: '0',
        run: () => view.resetZoom(),
      },
      ...fork,
      ...axes,
      ...tables,
    ];
  });
}
