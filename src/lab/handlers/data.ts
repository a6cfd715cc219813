// Data to learn from: import, download, what a set holds, names, removal.
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { DatasetInfo } from '../../engine/spec/catalogue.ts';
import type { LabParams } from '../../protocol/lab.ts';
import type { LabHandlers } from '../../protocol/rpc.ts';
import { forecastLook, lookAt } from '../data/look.ts';
import type { Lab } from '../lab.ts';

type Area = Extract<keyof LabHandlers, `dataset/${string}`>;

function imported(lab: Lab, source: LabParams<'dataset/import'>): Promise<DatasetInfo> {
  if ('path' in source) return lab.datasets.importFile(lab.paths.require('import', source.path));
  if ('text' in source) return lab.datasets.importText(source.name, source.text);
  if ('pictures' in source) return lab.datasets.importPictures(source.name, source.pictures);
  return lab.datasets.importBytes(source.name, Buffer.from(source.data, 'base64'));
}

export const dataHandlers = (lab: Lab): Pick<LabHandlers, Area> => ({
  'dataset/import': async (source) => {
    const info = await imported(lab, source);
    return { ...lab.catalogue(), imported: info };
  },
  'dataset/download': async ({ id }) => {
    await lab.datasets.fetch(id);
    return lab.catalogue();
  },
  'dataset/look': async ({ id }) => {
    const data = await lab.datasets.content(id);
    const info = lab.datasets.list().find((one) => one.id === id);
    if (info === undefined)
      throw new AppFailure({ code: 'not-found', message: say`data: there must be a set "${asIs(id)}", got none` });
    return lookAt(info, data, lab.datasets.pathOf(id));
  },
  'dataset/forecast': async ({ task }) =>
    forecastLook(task, await lab.datasets.content(String(task.fields['dataset']))),
  'dataset/rename': async ({ id, title }) => {
    await lab.datasets.rename(id, title);
    return lab.catalogue();
  },
  'dataset/remove': async ({ id }) => {
    await lab.datasets.remove(id);
    return lab.catalogue();
  },
});
