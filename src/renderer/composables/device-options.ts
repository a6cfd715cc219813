// Devices, kernel modules and storage a run can ask for, as choices of a list: what the lab says of its devices. Independent of forms.
import { computed } from 'vue';
import { moduleNames, storageNames, type DeviceInfo } from '../../engine/spec/catalogue.ts';
import { t } from '../i18n/index.ts';
import { told } from '../i18n/told.ts';
import { useLabStore } from '../stores/lab.ts';

const storages = ['f32', 'f16'] as const;
export type StorageChoice = (typeof storages)[number];

export const isStorageChoice = (text: string | undefined): text is StorageChoice =>
  storages.some((one) => one === text);

type Lab = ReturnType<typeof useLabStore>;

const devicesOf = (lab: Lab) => [
  { value: 'auto', label: t('common.deviceAuto') },
  ...(lab.machine?.devices ?? []).map(({ kind, title, state, detail }) => ({
    value: kind,
    label: title,
    detail: state === 'missing' ? t('race.missing') : state === 'software' ? t('shell.deviceSoftware') : undefined,
    title: told(detail),
    disabled: state === 'missing',
  })),
];

export function useDeviceOptions() {
  const lab = useLabStore();
  const known = computed((): readonly DeviceInfo[] => lab.catalogue?.devices ?? []);
  /** The device of a kind; for `auto`, those it may turn out to be. */
  const behind = (kind: string): readonly DeviceInfo[] =>
    known.value.filter((one) => (kind === 'auto' ? one.automatic : one.kind === kind));
  const devices = computed(() => devicesOf(lab));
  const modules = (kind: string) => behind(kind).flatMap((one) => one.modules);
  const kernels = (kind: string) => [
    { value: 'auto', label: t('common.kernelAuto') },
    ...modules(kind).map(({ name, title }) => ({ value: name, label: told(title) })),
  ];
  /** Options that this machine's device lacks can still be chosen for another machine; the check then reports them. */
  const storageChoices = computed(() =>
    storages.map((value) => ({
      value,
      label: t(`common.storageName.${value}`),
      detail: lacks(value) ? t('race.missing') : undefined,
    })),
  );
  const lacks = (storage: StorageChoice): boolean =>
    (lab.machine?.devices ?? []).some(
      ({ kind, state, storages: has }) =>
        state !== 'missing' && storageNames(behind(kind)).includes(storage) && !has.includes(storage),
    );
  return {
    devices,
    kernels,
    storages: storageChoices,
    /** Devices that can store activations in more than one way. */
    hasStorages: (kind: string): boolean => kind !== 'auto' && storageNames(behind(kind)).length > 1,
    /** Devices that have more than one kernel module, or may have (`auto`). */
    hasKernels: (kind: string): boolean => moduleNames(behind(kind)).length > 1,
    /** What a chosen module is; null for one that no device here has. */
    kernelHelp: (kind: string, module: string): string | null => {
      if (module === 'auto') return t('common.kernelAutoHelp');
      const found = modules(kind).find(({ name }) => name === module);
      return found === undefined ? null : told(found.help);
    },
  };
}
