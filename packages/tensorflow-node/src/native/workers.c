#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "workers.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_PARTS = 256 };

/* Cycles of the processor's clock, some 50 microseconds: a thread sleeps only after it has waited so long, since to wake it takes as long. */
static const unsigned long long PATIENCE = 150000;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER, lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER, ended = PTHREAD_COND_INITIALIZER;
static struct {
  Work work;
  void *context;
  atomic_uint call, unfinished;
  int helpers, processor;
  /* The call before the first one of a helper. */
  unsigned seen[MOST_PARTS + 1];
  pthread_t threads[MOST_PARTS];
} now = {.processor = -1};

static int wanted_parts = 1;

static void read_wanted_parts(void) {
  const char *wanted = getenv("TF_NUM_INTRAOP_THREADS");
  const long parts = wanted && atol(wanted) > 0 ? atol(wanted) : sysconf(_SC_NPROCESSORS_ONLN);
  wanted_parts = parts < 1 ? 1 : parts > MOST_PARTS ? MOST_PARTS : (int)parts;
}

int count_parts(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_wanted_parts);
  return wanted_parts;
}

/* Whether a number becomes another one before the patience is at its end; whoever needs the processor gets it. */
static bool changes(atomic_uint *number, unsigned from) {
  const unsigned long long until = __builtin_ia32_rdtsc() + PATIENCE;
  do {
    for (int i = 0; i < 32; i++) {
      if (atomic_load(number) != from) return true;
      __builtin_ia32_pause();
    }
    sched_yield();
  } while (__builtin_ia32_rdtsc() < until);
  return atomic_load(number) != from;
}

static void *help(void *number) {
  const int part = (int)(long)number;
  for (unsigned seen = now.seen[part];; seen++) {
    if (!changes(&now.call, seen)) {
      pthread_mutex_lock(&lock);
      while (atomic_load(&now.call) == seen) pthread_cond_wait(&begun, &lock);
      pthread_mutex_unlock(&lock);
    }
    now.work(now.context, part);
    if (atomic_fetch_sub(&now.unfinished, 1) > 1) continue;
    pthread_mutex_lock(&lock);
    pthread_cond_signal(&ended);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

/* Until the helpers are done. */
static void await_helpers(void) {
  unsigned left;
  while ((left = atomic_load(&now.unfinished)) > 0) {
    if (changes(&now.unfinished, left)) continue;
    pthread_mutex_lock(&lock);
    while (atomic_load(&now.unfinished) > 0) pthread_cond_wait(&ended, &lock);
    pthread_mutex_unlock(&lock);
  }
}

/*
 * Keeps the helpers off the processor that the caller is on. TensorFlow's own threads spin for a while after their work, so
 * that the other processors look busy and the kernel would put a helper behind its caller.
 */
static void make_room(void) {
  const int processor = sched_getcpu();
  cpu_set_t allowed;
  if (processor < 0 || processor == now.processor) return;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  CPU_CLR(processor, &allowed);
  if (CPU_COUNT(&allowed) == 0) return;
  for (int helper = 0; helper < now.helpers; helper++)
    pthread_setaffinity_np(now.threads[helper], sizeof allowed, &allowed);
  now.processor = processor;
}

void in_parallel(Work work, void *context, int parts) {
  pthread_mutex_lock(&turn);
  if (parts == 1) {
    work(context, 0);
    pthread_mutex_unlock(&turn);
    return;
  }
  pthread_mutex_lock(&lock);
  for (; now.helpers < parts - 1; now.helpers++) {
    now.seen[now.helpers + 1] = atomic_load(&now.call);
    if (pthread_create(&now.threads[now.helpers], NULL, help, (void *)(long)(now.helpers + 1)) != 0) break;
    pthread_detach(now.threads[now.helpers]);
    now.processor = -1;
  }
  make_room();
  const int helpers = now.helpers;
  now.work = work, now.context = context;
  atomic_store(&now.unfinished, helpers);
  atomic_fetch_add(&now.call, 1);
  pthread_cond_broadcast(&begun);
  pthread_mutex_unlock(&lock);
  work(context, 0);
  for (int part = helpers + 1; part < parts; part++) work(context, part);
  await_helpers();
  pthread_mutex_unlock(&turn);
}
