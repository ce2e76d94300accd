/* SPDX-License-Identifier: GPL-2.0-only */
/* Coroutines in a process, known to the sanitizers. */
#ifndef SPMC_FIBER_H
#define SPMC_FIBER_H

#include <stddef.h>

/* A coroutine: a stack with a place to go on from. */
struct spmc_coro;

/* NULL when memory is short. entry(arg) runs from the first fiber_enter() on and never returns. */
struct spmc_coro *fiber_create(void (*entry)(void *arg), void *arg);
void fiber_destroy(struct spmc_coro *co);

/* Go on in it until it calls fiber_leave(), on whatever thread. */
void fiber_enter(struct spmc_coro *co);
void fiber_leave(struct spmc_coro *co);

#endif /* SPMC_FIBER_H */
