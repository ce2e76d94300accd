/* SPDX-License-Identifier: GPL-2.0-only */
/* Coroutines: stacks with a place to go on from. The contract is that of spmc/platform.h. */
#ifndef SPMC_FW_CORO_H
#define SPMC_FW_CORO_H

#include <vffa/env.h>

struct spmc_coro;

struct spmc_coro *coro_create(void (*entry)(void *arg), void *arg);
void coro_enter(struct spmc_coro *co, bool interruptible);
void coro_leave(struct spmc_coro *co);

/**
 * coro_preempt() - an interrupt is pending
 * @stop: calls coro_leave(), and returns when the coroutine is entered again
 *
 * Called by the exception vector, on the coroutine's stack.
 *
 * Return: may the coroutine go on with interrupts unmasked.
 */
bool coro_preempt(void (*stop)(unsigned int cpu));

#endif /* SPMC_FW_CORO_H */
