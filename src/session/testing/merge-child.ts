// Merges sessions, until it is killed or done.
//   node merge-child.ts OUT FILE…
import { unwrap } from '../../engine/core/result.ts';
import { sessionFiles } from '../index.ts';

const [out = '', ...files] = process.argv.slice(2);
unwrap(await sessionFiles.merge(files, out, { name: null, keepBoth: false, models: [] }));
