// All English texts. English is the reference: other languages have exactly these keys.
import { textsOf } from '../../views/registry.ts';
import { account } from './account.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { exports } from './exports.ts';
import { memory } from './memory.ts';
import { fork } from './fork.ts';
import { picker } from './picker.ts';
import { reading } from './reading.ts';
import { runtimes } from './runtimes.ts';
import { samples } from './samples.ts';
import { shortcuts } from './shortcuts.ts';
import { dialogs, palette, shell, status } from './shell.ts';
import { states } from './states.ts';

export const en = {
  common,
  shell,
  status,
  palette,
  dialogs,
  states,
  errors,
  exports,
  fork,
  picker,
  account,
  memory,
  reading,
  runtimes,
  samples,
  shortcuts,
  ...textsOf('en'),
};
