// What can be installed: each file with its address, size and hash, and what is taken out of it. A catalogue of one's own, for a mirror of the
// files, replaces this one (MINRNN_RUNTIME_CATALOGUE). Fetches nothing.
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { runtimeIds, type RuntimeId } from '../../protocol/runtimes.ts';
import { bindingPackages, sharedPackages, type RegistryPackage } from './packages.ts';

/** One file of a server's. */
export interface RuntimePart {
  readonly url: string;
  readonly bytes: number;
  /** As registries write it: `sha512-` and base64. */
  readonly integrity: string;
  readonly kind: 'tgz' | 'zip';
  /** Names in it that begin with the first are unpacked to the second, below the runtime's folder; the others are left out. */
  readonly take: readonly (readonly [from: string, to: string])[];
}

export interface RuntimeSource {
  readonly id: RuntimeId;
  /** `TensorFlow`. */
  readonly title: string;
  /** Of TensorFlow's library. */
  readonly version: string;
  readonly package: string;
  readonly packageVersion: string;
  /** `linux-x64`; empty = any. */
  readonly platforms: readonly string[];
  /** Its binding comes as C++ and is compiled here. */
  readonly compiles: boolean;
  readonly cuda: boolean;
  /** Bytes of the folder when it is done. */
  readonly diskBytes: number;
  readonly parts: readonly RuntimePart[];
  /** Ops of the check; all when absent. */
  readonly ops?: readonly string[] | undefined;
  /** Whether its check times a training step; it does when absent. */
  readonly timed?: boolean | undefined;
}

const registry = 'https://registry.npmjs.org';

function registryPart([name, version, bytes, integrity]: RegistryPackage): RuntimePart {
  const file = `${name.split('/').at(-1) ?? name}-${version}.tgz`;
  const take = [['package/', `node_modules/${name}/`]] as const;
  return { url: `${registry}/${name}/-/${file}`, bytes, integrity, kind: 'tgz', take };
}

/** TensorFlow's library and its headers out of a Python wheel; the headers go when the binding is compiled. */
function wheelPart(
  name: string,
  { url, bytes, integrity }: Pick<RuntimePart, 'url' | 'bytes' | 'integrity'>,
): RuntimePart {
  const deps = `node_modules/${name}/deps`;
  const headers = ['tensorflow/c/', 'tensorflow/core/platform/', 'tensorflow/tsl/', 'tsl/', 'external/local_tsl/tsl/'];
  return {
    url: `https://files.pythonhosted.org/packages/${url}`,
    bytes,
    integrity,
    kind: 'zip',
    take: [
      ['tensorflow/libtensorflow_cc.so.2', `${deps}/lib/libtensorflow_cc.so.2`],
      ['tensorflow/libtensorflow_framework.so.2', `${deps}/lib/libtensorflow_framework.so.2`],
      ...headers.map((folder) => [`tensorflow/include/${folder}`, `${deps}/include/${folder}`] as const),
    ],
  };
}

const common = { version: '2.15.1', packageVersion: '4.22.0', platforms: ['linux-x64'], compiles: true } as const;
const shared = sharedPackages.map(registryPart);

export const builtInSources: readonly RuntimeSource[] = [
  {
    ...common,
    id: 'tensorflow',
    title: 'TensorFlow',
    package: '@tensorflow/tfjs-node',
    cuda: false,
    diskBytes: 696_605_525,
    parts: [
      registryPart(bindingPackages.cpu),
      ...shared,
      wheelPart('@tensorflow/tfjs-node', {
        url: '5b/00/af89cb211fc96ffdebb52a687dad7f83b0b1d82bc057f65309fa03a89911/tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
        bytes: 207_208_420,
        integrity: `sha256-${Buffer.from('54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26', 'hex').toString('base64')}`,
      }),
    ],
  },
  {
    ...common,
    id: 'tensorflow-gpu',
    title: 'TensorFlow GPU',
    package: '@tensorflow/tfjs-node-gpu',
    cuda: true,
    diskBytes: 1_150_000_000,
    parts: [
      registryPart(bindingPackages.gpu),
      ...shared,
      wheelPart('@tensorflow/tfjs-node-gpu', {
        url: 'c1/2d/636471492d93b6c1bf5375b81be7105a313a8c91a07c37e43625b00ca5c3/tensorflow-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
        bytes: 475_258_663,
        integrity: `sha256-${Buffer.from('bb0edd69103c154245c5f209f0507355cc68ba7e4de350084bc31edc562478e4', 'hex').toString('base64')}`,
      }),
    ],
  },
];

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(2000));
const size = v.pipe(v.number(), v.integer(), v.minValue(0));
const catalogueShape = v.array(
  v.strictObject({
    id: v.picklist(runtimeIds),
    title: text,
    version: text,
    package: text,
    packageVersion: text,
    platforms: v.array(text),
    compiles: v.boolean(),
    cuda: v.boolean(),
    diskBytes: size,
    parts: v.array(
      v.strictObject({
        url: v.pipe(text, v.url()),
        bytes: size,
        integrity: v.pipe(text, v.regex(/^sha(256|512)-[A-Za-z0-9+/]+=*$/)),
        kind: v.picklist(['tgz', 'zip']),
        take: v.array(v.strictTuple([text, text])),
      }),
    ),
    ops: v.optional(v.array(text)),
    timed: v.optional(v.boolean()),
  }),
);

/** The sources of this lab. Rejects with AppFailure when a catalogue of one's own cannot be read. */
export async function runtimeSources(own = process.env['MINRNN_RUNTIME_CATALOGUE']): Promise<readonly RuntimeSource[]> {
  if (own === undefined || own === '') return builtInSources;
  const wrong = (why: string): AppFailure =>
    new AppFailure({
      code: 'bad-input',
      message: say`runtimes: ${asIs(own)} (MINRNN_RUNTIME_CATALOGUE) must be a catalogue of runtimes: ${asIs(why)}`,
      cure: say`Correct the file, or start without the switch to use the usual addresses.`,
    });
  let stored: unknown;
  try {
    stored = JSON.parse(await readFile(own, 'utf8'));
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  const read = v.safeParse(catalogueShape, stored);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw wrong(`${(issue.path ?? []).map(({ key }) => String(key)).join('.')}: ${issue.message}`);
}

export const fetchBytes = ({ parts }: RuntimeSource): number => parts.reduce((sum, { bytes }) => sum + bytes, 0);
