#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "workers.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_PARTS = 256 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER, lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER, ended = PTHREAD_COND_INITIALIZER;
static struct {
  Work work;
  void *context;
  int call, unfinished, helpers, processor;
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

static void *help(void *number) {
  const int part = (int)(long)number;
  int seen = 0;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (now.call == seen) pthread_cond_wait(&begun, &lock);
    seen = now.call;
    pthread_mutex_unlock(&lock);
    now.work(now.context, part);
    pthread_mutex_lock(&lock);
    if (--now.unfinished == 0) pthread_cond_signal(&ended);
  }
  return NULL;
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
    if (pthread_create(&now.threads[now.helpers], NULL, help, (void *)(long)(now.helpers + 1)) != 0) break;
    pthread_detach(now.threads[now.helpers]);
    now.processor = -1;
  }
  make_room();
  const int helpers = now.helpers;
  now.work = work, now.context = context, now.unfinished = helpers;
  now.call++;
  pthread_cond_broadcast(&begun);
  pthread_mutex_unlock(&lock);
  work(context, 0);
  for (int part = helpers + 1; part < parts; part++) work(context, part);
  pthread_mutex_lock(&lock);
  while (now.unfinished > 0) pthread_cond_wait(&ended, &lock);
  pthread_mutex_unlock(&lock);
  pthread_mutex_unlock(&turn);
}
