// State of the lab process: machine, catalogue, presets, and whether it is reachable. The session is in its own store.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Catalogue, DataNeed, DeviceReport, MachineReport, TextChange } from '../../engine/spec/catalogue.ts';
import type { Preset } from '../../protocol/state.ts';
import { lab, type LabDoor } from '../services/lab.ts';
import type { PickedData } from '../services/dialogs.ts';

/** The id of an imported text, and what was converted. */
interface Imported {
  readonly id: string;
  readonly kind: DataNeed;
  readonly changes: readonly TextChange[];
}

export type Connection = 'connecting' | 'open' | 'lost';

function description() {
  const machine = shallowRef<MachineReport | null>(null);
  const catalogue = shallowRef<Catalogue | null>(null);
  const presets = shallowRef<readonly Preset[]>([]);
  const load = async (): Promise<void> => {
    const reply = await lab().request('lab/describe', {});
    machine.value = reply.machine;
    catalogue.value = reply.catalogue;
    presets.value = reply.presets;
  };
  return { machine, catalogue, presets, load };
}

/** Bytes received of each dataset that is being fetched, by id. */
function downloads(catalogue: { value: Catalogue | null }) {
  const progress = shallowRef<ReadonlyMap<string, number>>(new Map());
  const note = (id: string, fraction: number | null): void => {
    const next = new Map(progress.value);
    if (fraction === null) next.delete(id);
    else next.set(id, fraction);
    progress.value = next;
  };
  const download = async (id: string): Promise<void> => {
    note(id, 0);
    try {
      catalogue.value = await lab().request('dataset/download', { id });
    } finally {
      note(id, null);
    }
  };
  const importText = async (picked: PickedData): Promise<Imported> => {
    const source = 'text' in picked ? { name: picked.name, text: picked.text } : picked;
    const { imported, ...known } = await lab().request('dataset/import', source);
    catalogue.value = known;
    const before = 'text' in picked ? picked.changes : [];
    return { id: imported.id, kind: imported.kind, changes: [...before, ...(imported.changes ?? [])] };
  };
  const renameData = async (id: string, title: string): Promise<void> =>
    void (catalogue.value = await lab().request('dataset/rename', { id, title }));
  const removeData = async (id: string): Promise<void> =>
    void (catalogue.value = await lab().request('dataset/remove', { id }));
  return { progress, note, download, importText, renameData, removeData };
}

/** How often a disconnected page checks whether its key is outdated. */
const keyLookMs = 1500;

/** Checked while the connection is lost: a restarted server rejects the key of this page. */
function keyState() {
  const keyIsOld = shallowRef(false);
  let timer: ReturnType<typeof setInterval> | undefined;
  const watchKey = (open: boolean, isKeyOld: LabDoor['isKeyOld']): void => {
    clearInterval(timer);
    if (open) keyIsOld.value = false;
    else timer = setInterval(() => void isKeyOld().then((old) => (keyIsOld.value = old)), keyLookMs);
  };
  return { keyIsOld, watchKey };
}

export const useLabStore = defineStore('lab', () => {
  const { machine, catalogue, presets, load } = description();
  const { note, ...data } = downloads(catalogue);
  const connection = shallowRef<Connection>('connecting');
  const { keyIsOld, watchKey } = keyState();
  const door = shallowRef<Pick<LabDoor, 'kind' | 'isKeyOld'>>({
    kind: 'desktop',
    isKeyOld: () => Promise.resolve(false),
  });
  const readyDevices = computed<readonly DeviceReport[]>(
    () => machine.value?.devices.filter((device) => device.state !== 'missing') ?? [],
  );
  /** Subscribes to the lab's events; call once. */
  const listen = (): void => {
    lab().onConnection((open) => {
      connection.value = open ? 'open' : 'lost';
      watchKey(open, door.value.isKeyOld);
    });
    lab().on('dataset/progress', ({ id, received, total }) => note(id, total > 0 ? received / total : 0));
  };
  return {
    machine,
    catalogue,
    presets,
    load,
    ...data,
    connection,
    door,
    keyIsOld,
    readyDevices,
    listen,
  };
});
