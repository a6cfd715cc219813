// All Chinese texts; the compiler checks each file against the English one.
import type { en } from '../en/index.ts';
import type { Translation } from '../shape.ts';
import { account } from './account.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { exports } from './exports.ts';
import { memory } from './memory.ts';
import { fork } from './fork.ts';
import { race } from './race.ts';
import { reading } from './reading.ts';
import { runtimes } from './runtimes.ts';
import { samples } from './samples.ts';
import { scaling } from './scaling.ts';
import { sessions } from './sessions.ts';
import { settings, shortcuts } from './settings.ts';
import { dialogs, palette, shell, status } from './shell.ts';
import { start } from './start.ts';
import { states } from './states.ts';

export const zh: Translation<typeof en> = {
  common,
  shell,
  status,
  palette,
  dialogs,
  start,
  states,
  errors,
  exports,
  fork,
  race,
  account,
  memory,
  reading,
  runtimes,
  samples,
  scaling,
  sessions,
  settings,
  shortcuts,
};
