// The current view as plain data, and back. The only place that knows which store keeps which part.
import type { RunId } from '../../../../protocol/state.ts';
import { useSessionStore } from '../../../stores/session.ts';
import { useUiStore } from '../../../stores/ui.ts';
import { useRunActions } from '../run-actions.ts';
import { useRaceViewStore, type LineChartId } from '../view-store.ts';
import type { ViewState } from './view-state.ts';

export function snapshot(): ViewState {
  const view = useRaceViewStore();
  const { panel, axis, logX, range, yRanges, lossMetric, speedMetric, extra, alone, smoothing, seeds } = view;
  const { summary, atStep, ran, sort, filter, best, colour, dash, groupBy } = view;
  const { across, up, scatterColour, compared } = view;
  return {
    ...{ panel, axis, logX, range, lossMetric, speedMetric, extra, alone, smoothing, seeds },
    ...{ summary, atStep, ran, sort, filter, best, colour, dash, groupBy },
    ...{ across, up, scatterColour, compared },
    yRanges: Object.fromEntries(Object.entries(yRanges).filter(([, one]) => one !== undefined)),
    logY: (Object.keys(view.logY) as LineChartId[]).filter((chart) => view.logY[chart] === true),
    tables: [...view.tables],
    solo: [...(view.solo ?? [])],
    selection: [...useUiStore().selection],
    run: useRunActions().detailed.value,
  };
}

/** Runs that the session does not have are left out; returns their ids. */
export function applyView(state: ViewState): readonly RunId[] {
  const view = useRaceViewStore();
  const { byId } = useSessionStore();
  const known = (ids: readonly RunId[]): readonly RunId[] => ids.filter((id) => byId.has(id));
  const { panel, axis, logX, range, yRanges, lossMetric, speedMetric, extra, alone, smoothing, seeds } = state;
  const { summary, atStep, ran, sort, filter, best, colour, dash, groupBy } = state;
  const { across, up, scatterColour, compared } = state;
  Object.assign(view, { panel, axis, logX, range, yRanges, lossMetric, speedMetric, extra, alone, smoothing, seeds });
  Object.assign(view, { summary, atStep, ran, sort, filter, best, colour, dash, groupBy });
  Object.assign(view, { across, up, scatterColour, compared });
  view.logY = Object.fromEntries(state.logY.map((chart) => [chart, true]));
  view.tables = new Set(state.tables);
  const solo = known(state.solo);
  view.solo = solo.length === 0 ? null : new Set(solo);
  useUiStore().select(known(state.selection));
  useRunActions().detailed.value = state.run !== null && byId.has(state.run) ? state.run : null;
  const named = [...state.solo, ...state.selection, ...(state.run === null ? [] : [state.run])];
  return named.filter((id) => !byId.has(id));
}
