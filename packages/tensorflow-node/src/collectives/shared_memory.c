#define _GNU_SOURCE
#include "shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
  PAGE = 4096,
  LINE = 64,
  MOST_RANKS = PAGE / LINE,
  /* Looks at another rank before this one sleeps, about 50 µs: most come together. */
  SPINS = 1000,
  /* Between two looks whether a rank that does not come is still there, ms. */
  WATCH = 50,
  /* Floats added up at once: those of two ranks stay in the first cache. */
  BLOCK = 2048,
};

/* What a rank says of itself. Turns alternate between two places: whoever is at one has read all that stood there before. */
typedef struct {
  _Alignas(LINE) atomic_uint turn; /* its parts of all turns up to this one are there */
  struct {
    int32_t key;
    uint64_t count;
  } reduces[2];
} Rank;

static struct {
  Rank *ranks;
  float *parts; /* [2][size][chunk] */
  size_t chunk;
  int file, rank, size;
  uint32_t turn;
  double timeout_seconds;
} shared;

/* A rank holds the lock of its byte of the file as long as its process lives, however that ends. */
static struct flock byte_of(int rank, int type) {
  return (struct flock){.l_type = (short)type, .l_whence = SEEK_SET, .l_start = rank, .l_len = 1};
}

static int has_ended(int rank) {
  struct flock lock = byte_of(rank, F_WRLCK);
  return fcntl(shared.file, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
}

const char *shared_open(const char *path, int rank, int size, double timeout_seconds) {
  struct stat about;
  struct flock lock = byte_of(rank, F_WRLCK);
  if (shared.ranks) return "this process has its place in shared memory already";
  if (size < 2 || size > MOST_RANKS || rank < 0 || rank >= size) return "there is no such place in shared memory";
  const int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0 || fstat(file, &about)) return strerror(errno);
  const size_t places = (size_t)size * 2;
  const size_t chunk = about.st_size > PAGE ? ((size_t)about.st_size - PAGE) / (places * sizeof(float)) : 0;
  if (chunk == 0) return "the file of shared memory is too small";
  if (fcntl(file, F_OFD_SETLK, &lock)) return "another process has this place in shared memory";
  char *memory = mmap(NULL, PAGE + places * chunk * sizeof(float), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) return strerror(errno);
  shared.parts = (float *)(memory + PAGE);
  shared.chunk = chunk;
  shared.file = file;
  shared.rank = rank;
  shared.size = size;
  shared.timeout_seconds = timeout_seconds;
  shared.ranks = (Rank *)memory;
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#else
  atomic_signal_fence(memory_order_seq_cst);
#endif
}

static int is_there(const Rank *rank, uint32_t turn, uint32_t *seen) {
  *seen = atomic_load_explicit(&rank->turn, memory_order_acquire);
  return (int32_t)(*seen - turn) >= 0; /* turns may wrap around */
}

static const char *wait_for(int other, uint32_t turn) {
  Rank *rank = &shared.ranks[other];
  uint32_t seen;
  for (int spin = 0; spin < SPINS; spin++) {
    if (is_there(rank, turn, &seen)) return NULL;
    relax();
  }
  const double until = shared.timeout_seconds > 0 ? now() + shared.timeout_seconds : 0;
  while (!is_there(rank, turn, &seen)) {
    const struct timespec watch = {.tv_nsec = WATCH * 1000000L};
    const long woken = syscall(SYS_futex, &rank->turn, FUTEX_WAIT, seen, &watch, NULL, 0);
    if (woken == 0 || errno != ETIMEDOUT || is_there(rank, turn, &seen)) continue;
    if (has_ended(other)) return "another process of this reduction has ended";
    if (until > 0 && now() > until) return "another process did not come to this reduction in time";
  }
  return NULL;
}

/* One turn of all ranks: what they give, at most a chunk, is there when all have come. */
static const char *sum_chunk(const float *x, float *sum, size_t count, int32_t key) {
  const uint32_t turn = ++shared.turn, at = turn % 2;
  float *parts = shared.parts + at * (size_t)shared.size * shared.chunk;
  Rank *own = &shared.ranks[shared.rank];
  memcpy(parts + (size_t)shared.rank * shared.chunk, x, count * sizeof(float));
  own->reduces[at].key = key;
  own->reduces[at].count = count;
  atomic_store_explicit(&own->turn, turn, memory_order_release);
  syscall(SYS_futex, &own->turn, FUTEX_WAKE, shared.size, NULL, NULL, 0);
  for (int rank = 0; rank < shared.size; rank++) {
    const char *problem = wait_for(rank, turn);
    if (problem) return problem;
    if (shared.ranks[rank].reduces[at].key != key || shared.ranks[rank].reduces[at].count != count)
      return "another process reduces something else here";
  }
  for (size_t from = 0; from < count; from += BLOCK) {
    const size_t floats = count - from < BLOCK ? count - from : BLOCK;
    memcpy(sum + from, parts + from, floats * sizeof(float));
    for (int rank = 1; rank < shared.size; rank++) {
      const float *part = parts + (size_t)rank * shared.chunk + from;
      for (size_t place = 0; place < floats; place++) sum[from + place] += part[place];
    }
  }
  return NULL;
}

const char *shared_sum(const float *x, float *sum, size_t count, int32_t key) {
  const char *problem = NULL;
  size_t from = 0;
  do { /* also for nothing at all: every rank takes its turn */
    const size_t floats = count - from < shared.chunk ? count - from : shared.chunk;
    problem = sum_chunk(x + from, sum + from, floats, key);
    from += floats;
  } while (!problem && from < count);
  return problem;
}
