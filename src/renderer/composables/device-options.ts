// Devices, kernel modules and storage a run can ask for, as choices of a list. Independent of forms.
import { computed } from 'vue';
import { t } from '../i18n/index.ts';
import { told } from '../i18n/told.ts';
import { useLabStore } from '../stores/lab.ts';

const modules = ['auto', 'native', 'wasm'] as const;
export type KernelChoice = (typeof modules)[number];

const storageNames = ['f32', 'f16'] as const;
export type StorageChoice = (typeof storageNames)[number];

/** Devices that can store activations in more than one way. */
export const hasStorages = (kind: string): boolean => kind === 'webgpu';

export const isStorageChoice = (text: string | undefined): text is StorageChoice =>
  storageNames.some((one) => one === text);

/** Devices that have more than one kernel module, or may have (`auto`). */
export const hasKernels = (kind: string): boolean => kind === 'auto' || kind === 'cpu';

export const isKernelChoice = (text: string | undefined): text is KernelChoice => modules.some((one) => one === text);

export function useDeviceOptions() {
  const lab = useLabStore();
  const devices = computed(() => [
    { value: 'auto', label: t('common.deviceAuto') },
    ...(lab.machine?.devices ?? []).map(({ kind, title, state, detail }) => ({
      value: kind,
      label: title,
      detail: state === 'missing' ? t('race.missing') : state === 'software' ? t('shell.deviceSoftware') : undefined,
      title: told(detail),
      disabled: state === 'missing',
    })),
  ]);
  const kernels = computed(() => modules.map((value) => ({ value, label: t(`common.kernel.${value}`) })));
  /** Options that this machine's device lacks can still be chosen for another machine; the check then reports them. */
  const storages = computed(() =>
    storageNames.map((value) => ({
      value,
      label: t(`common.storageName.${value}`),
      detail: lacks(value) ? t('race.missing') : undefined,
    })),
  );
  const lacks = (storage: StorageChoice): boolean =>
    (lab.machine?.devices ?? []).some(({ storages: has }) => has !== undefined && !has.includes(storage));
  return { devices, kernels, storages };
}
