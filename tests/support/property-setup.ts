// One configuration of fast-check for every property test, before each test file: the same cases at every run, so that results are
// reproducible. MINRNN_FRESH_SEED=1 draws new ones (MINRNN_PROPERTY_RUNS=5000: that many of each); a counterexample becomes an entry of the
// property's `examples`, which every run tries first.
import fc from 'fast-check';

/** Any fixed number will do. */
const fixedSeed = 648_884_944;
const fresh = process.env['MINRNN_FRESH_SEED'] === '1';
const runs = Number(process.env['MINRNN_PROPERTY_RUNS'] ?? 0);

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  ...(fresh ? {} : { seed: fixedSeed }),
  ...(runs > 0 ? { numRuns: runs } : {}),
});
