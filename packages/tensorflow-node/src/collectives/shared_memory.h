/*
 * Sums floats over the processes of one machine, in a file that all of them map: every process writes its part, waits until all
 * have, and adds all parts up in the order of ranks, so that all hold the same bits. Linux.
 */
#ifndef EVENKEEL_SHARED_MEMORY_H
#define EVENKEEL_SHARED_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/*
 * Takes the place of `rank` among `size` in the file, once for a process. The file has a page, and then room for two chunks
 * of every rank. Returns what is wrong, or NULL.
 */
const char *shared_open(const char *path, int rank, int size, double timeout_seconds);

/*
 * `sum` becomes that of the `x` of all ranks, `count` floats each. All have to reduce the same keys in the same order; one that
 * does not is an error, and so is one that ended or does not come in time. Returns what is wrong, or NULL.
 */
const char *shared_sum(const float *x, float *sum, size_t count, int32_t key);

#endif
