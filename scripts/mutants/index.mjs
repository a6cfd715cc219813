// All mutants, by part of the program.
import { engine } from './engine.mjs';
import { lab } from './lab.mjs';
import { renderer } from './renderer.mjs';
import { session } from './session.mjs';
import { training } from './training.mjs';

export const mutants = [...training, ...engine, ...session, ...lab, ...renderer];
