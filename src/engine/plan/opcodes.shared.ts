// Numbers that the planner (TypeScript) and every kernel module (AssemblyScript now, C later) must agree on. Plain constants only:
// this file is compiled by both compilers. Numbers are never reused for another meaning.

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
export const CONTROL_ARRIVAL = 192;
/** Beside the arrivals of a thread: entries it has done, for a watcher. */
export const CONTROL_DONE = 196;
export const CACHE_LINE = 64;

export const COMMAND_RUN = 0;
export const COMMAND_STOP = 1;

/** Abort codes: a thread's own failure is 1 + its number; this one means that a thread did not arrive in time. */
export const ABORT_STALLED = -1;

export const OP_FILL = 1;
export const OP_COPY = 2;
export const OP_MATMUL = 10;
export const OP_MATMUL_DOT = 11;
export const OP_MATMUL_OUTER = 12;
export const OP_PACK = 13;
export const OP_COLUMN_SUM = 20;
export const OP_ROW_SUM = 21;
export const OP_TOTAL_PARTIAL = 22;
export const OP_TOTAL_FINISH = 23;
export const OP_EMBEDDING = 30;
export const OP_EMBEDDING_GRAD = 31;
export const OP_CAUSAL_CONV = 45;
export const OP_CAUSAL_CONV_GRAD = 46;
export const OP_CAUSAL_CONV_WEIGHT_GRAD = 47;
export const OP_CAUSAL_CONV_FINISH = 48;
export const OP_CROSS_ENTROPY = 50;
export const OP_CROSS_ENTROPY_FINISH = 51;
export const OP_CROSS_ENTROPY_GRAD = 52;
export const OP_ACCURACY = 53;
export const OP_ACCURACY_FINISH = 54;
export const OP_SQUARED_ERROR = 55;
export const OP_SQUARED_ERROR_FINISH = 56;
export const OP_DROPOUT = 58;
export const OP_COUNT_TARGETS = 59;
export const OP_LINEAR_SCAN = 60;
export const OP_LINEAR_SCAN_GRAD = 61;
export const OP_CUMULATIVE_SUM = 62;
export const OP_LOG_CUMULATIVE_SUM_EXP = 63;
export const OP_LOG_CUMULATIVE_SUM_EXP_GRAD = 64;
export const OP_GRU = 80;
export const OP_GRU_GRAD = 81;
export const OP_LSTM = 82;
export const OP_LSTM_GRAD = 83;
export const OP_ELMAN = 84;
export const OP_ELMAN_GRAD = 85;
export const OP_RECURRENT_WEIGHT_GRAD = 88;
export const OP_NORM_PARTIAL = 92;
export const OP_NORM_FINISH = 93;
export const OP_SLAB = 96;
/** From here on: the kernels of ops/cells.ts in their order, which are made from descriptions. */
export const FIRST_CELL = 128;
export const FIRST_MAP = 192;
export const FIRST_ROWS = 288;

// The first of the maps: what binary computes.
export const BINARY_ADD = 192;
export const BINARY_SUB = 193;
export const BINARY_MUL = 194;
export const BINARY_DIV = 195;
export const BINARY_MAX = 196;

/** Bytes of a patch of the slab schedule: where, first value, growth with the piece, growth with the partial sum. */
export const PATCH_BYTES = 16;

/** Rows or columns of one unit of the packed product. */
export const MATMUL_ROWS = 4;
export const MATMUL_COLUMNS = 8;

/** Columns of one unit of a sum over rows. */
export const COLUMN_BLOCK = 64;

/** Channels of one unit of the kernels that go through time: a cache line. */
export const CHANNEL_BLOCK = 16;
