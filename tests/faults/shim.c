/* Makes a disk fail on purpose: loaded with LD_PRELOAD, it lets chosen calls on chosen files fail with a chosen errno, or kills the
   process there. A memory-mapped control file (FAULT_CONTROL) configures it, so a test can arm it at any time and read how often it was triggered. The layout is that of shim.ts. Linux only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, TRUNCATE = 4, RENAME = 8, LINK = 16, OPEN = 32, UNLINK = 64, READ = 128 };
enum { KILL = 9999 };

struct control {
  _Atomic int operations; /* set of the above; 0 = nothing fails */
  _Atomic int first;      /* the first call that fails, counted from 1 */
  _Atomic int count;      /* how many fail from there; 0 = all */
  _Atomic int effect;     /* errno, or KILL */
  _Atomic int seen;       /* calls that matched since the control file was written */
  _Atomic int struck;     /* of these, how many were made to fail */
  int unused[10];
  char path[1024];        /* part of the path of every file concerned */
};

static struct control *control;

__attribute__((constructor)) static void begin(void) {
  const char *name = getenv("FAULT_CONTROL");
  if (!name) return;
  int file = syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  syscall(SYS_close, file);
  if (map != MAP_FAILED) control = map;
}

/* True when this call must fail; errno is set then. */
static int strikes(int operation, const char *path) {
  if (!control || !path || !(control->operations & operation) || !strstr(path, control->path)) return 0;
  int seen = ++control->seen;
  int first = control->first, count = control->count;
  if (seen < first || (count > 0 && seen >= first + count)) return 0;
  ++control->struck;
  if (control->effect == KILL) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
  }
  errno = control->effect;
  return 1;
}

static int strikes_file(int operation, int file) {
  if (!control || !(control->operations & operation)) return 0;
  char link[40], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  int before = errno;
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  errno = before;
  if (length <= 0) return 0;
  path[length] = 0;
  return strikes(operation, path);
}

#define REAL(name)                                    \
  static __typeof__(name) *real;                      \
  if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

ssize_t write(int f, const void *d, size_t n) { REAL(write); return strikes_file(WRITE, f) ? -1 : real(f, d, n); }
ssize_t pwrite(int f, const void *d, size_t n, off_t o) { REAL(pwrite); return strikes_file(WRITE, f) ? -1 : real(f, d, n, o); }
ssize_t pwrite64(int f, const void *d, size_t n, off64_t o) { REAL(pwrite64); return strikes_file(WRITE, f) ? -1 : real(f, d, n, o); }
ssize_t writev(int f, const struct iovec *v, int n) { REAL(writev); return strikes_file(WRITE, f) ? -1 : real(f, v, n); }
ssize_t pwritev(int f, const struct iovec *v, int n, off_t o) { REAL(pwritev); return strikes_file(WRITE, f) ? -1 : real(f, v, n, o); }
ssize_t pwritev64(int f, const struct iovec *v, int n, off64_t o) { REAL(pwritev64); return strikes_file(WRITE, f) ? -1 : real(f, v, n, o); }
ssize_t pread(int f, void *d, size_t n, off_t o) { REAL(pread); return strikes_file(READ, f) ? -1 : real(f, d, n, o); }
ssize_t pread64(int f, void *d, size_t n, off64_t o) { REAL(pread64); return strikes_file(READ, f) ? -1 : real(f, d, n, o); }
int fsync(int f) { REAL(fsync); return strikes_file(SYNC, f) ? -1 : real(f); }
int fdatasync(int f) { REAL(fdatasync); return strikes_file(SYNC, f) ? -1 : real(f); }
int ftruncate(int f, off_t n) { REAL(ftruncate); return strikes_file(TRUNCATE, f) ? -1 : real(f, n); }
int ftruncate64(int f, off64_t n) { REAL(ftruncate64); return strikes_file(TRUNCATE, f) ? -1 : real(f, n); }
int rename(const char *a, const char *b) { REAL(rename); return strikes(RENAME, a) || strikes(RENAME, b) ? -1 : real(a, b); }
int link(const char *a, const char *b) { REAL(link); return strikes(LINK, b) ? -1 : real(a, b); }
int unlink(const char *a) { REAL(unlink); return strikes(UNLINK, a) ? -1 : real(a); }

#define OPENED(name)                                  \
  REAL(name);                                         \
  va_list rest;                                       \
  va_start(rest, flags);                              \
  mode_t mode = va_arg(rest, mode_t);                 \
  va_end(rest);                                       \
  return strikes(OPEN, path) ? -1 : real(path, flags, mode)

int open(const char *path, int flags, ...) { OPENED(open); }
int open64(const char *path, int flags, ...) { OPENED(open64); }
