/* Threads of our own, since TensorFlow's C interface lends out none: the caller and as many helpers as it needs. */
#pragma once

typedef void (*Work)(void *context, int part);

/*
 * TF_NUM_INTRAOP_THREADS, as TensorFlow itself; one per processor without it. Read once: helpers never become fewer, and each
 * takes the part of its number.
 */
int count_parts(void);

/*
 * Calls work(context, 0) ... work(context, parts - 1) at the same time; returns when all are done. One call at a time. Helpers that
 * there are already are called in any case: with fewer parts than `count_parts()` work must not depend on its number.
 */
void in_parallel(Work work, void *context, int parts);
