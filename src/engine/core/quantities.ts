// Amounts with their units within messages: a language has its own word for a unit, the number is written as everywhere.
import { say, type Message } from './say.ts';

/** Rounded up: what is needed must fit. */
export const mebibytes = (bytes: number): Message => say`${Math.ceil(bytes / 2 ** 20)} MiB`;

export const seconds = (value: number): Message => say`${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} s`;

/** Three digits. */
export const milliseconds = (value: number): Message => say`${Number((1000 * value).toPrecision(3))} ms`;
