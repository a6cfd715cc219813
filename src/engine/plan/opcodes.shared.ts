// Numbers that the planner (TypeScript) and both kernel modules (AssemblyScript and C) must agree on. Plain constants only:
// this file is compiled by both compilers.

/** Elements of one unit of the elementwise kernels. */
export const CHUNK = 1024;

// Sizes of the op table, in 32-bit words and bytes; README.md has the picture.
export const ENTRY_WORDS = 32;
export const ENTRY_BYTES = 128;
export const ARGUMENT_WORDS = 28;
export const FLAG_BARRIER = 1;

// The control block at the start of the memory: byte addresses. Words written by different threads have cache lines of their own.
export const CONTROL_START = 64;
export const CONTROL_COMMAND = 68;
export const CONTROL_FROM = 72;
export const CONTROL_TO = 76;
export const CONTROL_THREADS = 80;
export const CONTROL_SCRATCH = 84;
export const CONTROL_SCRATCH_STRIDE = 88;
export const CONTROL_STALL_LIMIT = 92;
export const CONTROL_ABORT = 128;
export const CONTROL_SLEEPERS = 132;
/** Numbers that kernels of the embedded module use, written when it is instantiated, and how many there may be. */
export const CONTROL_CONSTANTS = 192;
export const CONSTANT_WORDS = 208;
export const CONTROL_ARRIVAL = 1024;
/** Next to a thread's arrivals: entries it has completed, for the watchdog. */
export const CONTROL_DONE = 1028;
export const CACHE_LINE = 64;

export const COMMAND_RUN = 0;
export const COMMAND_STOP = 1;

/** Abort codes: a thread's own failure is 1 + its number; this one means that a thread did not arrive in time. */
export const ABORT_STALLED = -1;

/** The loop over the pieces of a batch, which the walker does itself. Kernels have the numbers after it: ops/opcodes.ts. */
export const OP_SLAB = 1;

/** Bytes of a patch of the slab schedule: where, first value, growth with the piece, growth with the partial sum. */
export const PATCH_BYTES = 16;

/** Random words that a kernel draws at a time: few, so that drawing and using them overlap. */
export const WORDS_DRAWN = 256;

/** Rows or columns of one unit of the packed product. */
export const MATMUL_ROWS = 4;
export const MATMUL_COLUMNS = 8;

/** Columns of one unit of a sum over rows. */
export const COLUMN_BLOCK = 64;

/** Channels of one unit of the kernels that go through time: a cache line. */
export const CHANNEL_BLOCK = 16;
/** Channels that are taken together at most: their states stay in the first-level cache. */
export const CHANNELS_WIDE = 1024;
