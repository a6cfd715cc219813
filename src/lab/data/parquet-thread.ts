// Entry of the thread that reads one Parquet file. Nothing else may import this file.
import { parentPort, workerData } from 'node:worker_threads';
import { readColumns } from './parquet-columns.ts';

const { name, bytes } = workerData as { readonly name: string; readonly bytes: Uint8Array };
parentPort?.postMessage(await readColumns(name, bytes));
