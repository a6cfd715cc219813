// Finds a GPU through Dawn, or a software adapter if there is none. Independent of programs.
import { type Message, say } from '../../core/say.ts';
import { systemWords } from '../../core/system-words.ts';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { GpuLimits } from './plan.ts';

export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  /** `NVIDIA H100`, `SwiftShader`. */
  readonly name: string;
  /** The software that emulates hardware, or null. */
  readonly software: string | null;
}

export type AdapterSearch = FoundAdapter | { readonly missing: Message };

/** SwiftShader's Vulkan driver as browsers bring it. */
const SOFTWARE_DRIVERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];
const SOFTWARE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/swiftshader/i, 'SwiftShader'],
  [/lavapipe|llvmpipe/i, 'llvmpipe'],
  [/basic render driver|warp/i, 'WARP'],
];

/** Dawn's entry points stay referenced, since collecting one destroys the devices made from it. */
const opened: GPU[] = [];

let search: Promise<AdapterSearch> | null = null;

/** The adapter of this process, searched once; `forget` it after a device was lost. Never rejects. */
export function findAdapter(): Promise<AdapterSearch> {
  search ??= look().catch((problem: unknown) => ({
    missing: say`the search for an adapter failed: ${systemWords(problem)}`,
  }));
  return search;
}

export function forgetAdapter(): void {
  search = null;
}

async function look(): Promise<AdapterSearch> {
  let dawn: { create(options: string[]): GPU; globals: object };
  try {
    dawn = await import('webgpu');
  } catch (problem) {
    return {
      missing: say`the package webgpu (Dawn) cannot be loaded: ${systemWords(problem)}. Cure: npm install webgpu`,
    };
  }
  prepareEnvironment();
  const found = await requestFrom(dawn.create([]));
  if (found && found.software === null) return found;
  const driver = SOFTWARE_DRIVERS.find((path) => existsSync(path));
  if (!found && process.env['VK_ICD_FILENAMES'] === undefined && driver !== undefined) {
    process.env['VK_ICD_FILENAMES'] = driver;
    const software = await requestFrom(dawn.create([]));
    if (software) return software;
    delete process.env['VK_ICD_FILENAMES'];
  }
  return found ?? { missing: missingText(driver) };
}

/** Vulkan drivers with window support refuse to start without a folder for sockets. */
function prepareEnvironment(): void {
  if (process.platform === 'linux') process.env['XDG_RUNTIME_DIR'] ??= tmpdir();
}

/** An adapter object serves one device; each device needs a fresh one. */
async function requestFrom(gpu: GPU): Promise<FoundAdapter | null> {
  opened.push(gpu);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return null;
  const { vendor, architecture, description, device } = adapter.info;
  const all = [vendor, architecture, device, description].join(' ');
  const known = SOFTWARE_NAMES.find(([pattern]) => pattern.test(all))?.[1];
  const name = known ?? (description || device || [vendor, architecture].join(' ').trim() || 'GPU');
  const software = known ?? (adapter.info.isFallbackAdapter ? name : null);
  return { adapter, name, software };
}

function missingText(driver: string | undefined): Message {
  if (process.platform !== 'linux') return say`no adapter was found. Cure: install the driver of the graphics card`;
  const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/lib64'];
  if (!libraries.some((folder) => existsSync(`${folder}/libvulkan.so.1`))) {
    return say`no adapter was found: the Vulkan loader libvulkan.so.1 is missing. Cure: install libvulkan1 (vulkan-loader)`;
  }
  return driver === undefined
    ? say`no adapter was found: Vulkan is installed, a driver for it is not. Cure: install the driver of the graphics card, or chromium for the software driver SwiftShader`
    : say`no adapter was found: neither hardware nor the software driver SwiftShader starts. Cure: check VK_ICD_FILENAMES and the driver of the graphics card`;
}

/** Limits requested from the device, whatever the adapter could do; asking for less would save nothing. */
const DEFAULT_ALIGNMENT = 256;

/** The features and limits kernels may use: all that the adapter has. */
export function limitsOf({ adapter, software }: Pick<FoundAdapter, 'adapter' | 'software'>): GpuLimits {
  const { limits, features } = adapter;
  return {
    traits: {
      maxInvocations: Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
      workgroupBytes: limits.maxComputeWorkgroupStorageSize,
      subgroups: features.has('subgroups'),
      software: software !== null,
      maxGroups: limits.maxComputeWorkgroupsPerDimension,
    },
    maxBufferBytes: limits.maxBufferSize,
    maxBindingBytes: limits.maxStorageBufferBindingSize,
    maxBindings: limits.maxStorageBuffersPerShaderStage,
    alignment: DEFAULT_ALIGNMENT,
    halves: features.has('shader-f16'),
  };
}

export const textOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));
