/*
 * Loaded in front of libc (LD_PRELOAD): counts the calls of a process that change files under a folder, and at one of them
 * kills the process or makes the call fail.
 *
 *   FAULT_UNDER  a part of the paths that count
 *   FAULT_AT     which call, counted from 1; 0 or absent: none
 *   FAULT_DO     before | after | half: SIGKILL before or after the call, or after half of a write; else an error's name
 *   FAULT_STICKY set: an error is given by all calls from there on
 */
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
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum what { NOTHING, BEFORE, AFTER, HALF, ERROR };

static atomic_long calls;
static long at;
static int sticky, error_number;
static const char *under;
static enum what what;

__attribute__((constructor)) static void read_environment(void) {
  const char *number = getenv("FAULT_AT"), *todo = getenv("FAULT_DO");
  under = getenv("FAULT_UNDER");
  at = number && under && todo ? atol(number) : 0;
  sticky = getenv("FAULT_STICKY") != NULL;
  if (at == 0) return;
  if (!strcmp(todo, "before")) what = BEFORE;
  else if (!strcmp(todo, "after")) what = AFTER;
  else if (!strcmp(todo, "half")) what = HALF;
  else {
    static const struct { const char *name; int number; } errors[] = {
      {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EACCES", EACCES}, {"EROFS", EROFS}, {"EDQUOT", EDQUOT}};
    what = ERROR;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
      if (!strcmp(todo, errors[i].name)) error_number = errors[i].number;
    if (error_number == 0) abort();
  }
}

static void end_here(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* What is to happen at this call; death before it happens here. */
static enum what meet(const char *path) {
  if (at == 0 || path == NULL || strstr(path, under) == NULL) return NOTHING;
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (number != at && !(sticky && what == ERROR && number > at)) return NOTHING;
  if (what == BEFORE) end_here();
  return what;
}

static enum what meet_file(int file) {
  if (at == 0) return NOTHING;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return NOTHING;
  path[length] = 0;
  return meet(path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A call that is whole or not: for it, half means before. */
#define WHOLE(type, happens, call)             \
  enum what fate = happens;                    \
  if (fate == ERROR) return errno = error_number, -1; \
  if (fate == HALF) end_here();                \
  type result = call;                          \
  if (fate == AFTER) end_here();               \
  return result

ssize_t write(int file, const void *bytes, size_t size) {
  enum what fate = meet_file(file);
  if (fate == ERROR) return errno = error_number, -1;
  ssize_t result = NEXT(write)(file, bytes, fate == HALF ? size / 2 : size);
  if (fate != NOTHING) end_here();
  return result;
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
  enum what fate = meet_file(file);
  if (fate == ERROR) return errno = error_number, -1;
  ssize_t result = NEXT(pwrite64)(file, bytes, fate == HALF ? size / 2 : size, offset);
  if (fate != NOTHING) end_here();
  return result;
}

ssize_t writev(int file, const struct iovec *parts, int count) { WHOLE(ssize_t, meet_file(file), NEXT(writev)(file, parts, count)); }
int fsync(int file) { WHOLE(int, meet_file(file), NEXT(fsync)(file)); }
int fdatasync(int file) { WHOLE(int, meet_file(file), NEXT(fdatasync)(file)); }
int ftruncate64(int file, off64_t size) { WHOLE(int, meet_file(file), NEXT(ftruncate64)(file, size)); }
int truncate64(const char *path, off64_t size) { WHOLE(int, meet(path), NEXT(truncate64)(path, size)); }
int rename(const char *from, const char *to) { WHOLE(int, meet(from), NEXT(rename)(from, to)); }
int link(const char *from, const char *to) { WHOLE(int, meet(from), NEXT(link)(from, to)); }
int unlink(const char *path) { WHOLE(int, meet(path), NEXT(unlink)(path)); }
int rmdir(const char *path) { WHOLE(int, meet(path), NEXT(rmdir)(path)); }
int mkdir(const char *path, mode_t mode) { WHOLE(int, meet(path), NEXT(mkdir)(path, mode)); }

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  int writes = flags & (O_WRONLY | O_RDWR);
  WHOLE(int, writes ? meet(path) : NOTHING, NEXT(open64)(path, flags, mode));
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  int writes = flags & (O_WRONLY | O_RDWR);
  WHOLE(int, writes ? meet(path) : NOTHING, NEXT(open)(path, flags, mode));
}
