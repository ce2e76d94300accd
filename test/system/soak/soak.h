/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of soak-test share. Each part is one thing done very often; what it leaves behind
 * must be nothing (counters.c).
 */
#ifndef SOAK_H
#define SOAK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <libvffa.h>

/**
 * soak_fail() - say what went wrong, as a TAP diagnostic
 * @format: as printf()'s, without the line's end
 *
 * Return: false, for the caller to return.
 */
bool soak_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * soak_progress() - say how far a part is, some twenty times in all
 * @done: of @nr, steps of the part
 */
void soak_progress(unsigned int done, unsigned int nr);

/**
 * soak_random() - the next of a row of random numbers
 * @state: in and out: the row; not 0
 */
uint64_t soak_random(uint64_t *state);

uint64_t soak_now_ms(void);
void soak_sleep_ms(unsigned int ms);

/**
 * soak_call() - a call of vCPU 0 that takes no more than four arguments
 * @x: in: x0 to x4; out: the answer's x0 to x17
 *
 * Return: false when the relay did not take it; that is said.
 */
bool soak_call(struct libvffa_vm *vm, uint64_t x[LIBVFFA_NR_REGS]);

/**
 * soak_create() - a VM with one vCPU
 * @out: given, for libvffa_vm_destroy()
 *
 * Return: as libvffa_vm_create().
 */
int soak_create(struct libvffa *ctx, struct libvffa_vm **out);

/* In counters.c */

/**
 * counters_are_zero() - is nothing left of any VM, now or soon?
 *
 * No VMs, not in quarantine either, no pages, nothing charged to this user, no VM that a partition
 * knows. Waits for what is still ending.
 *
 * Return: false when something is left; what it is is said.
 */
bool counters_are_zero(void);

/**
 * counters_agree() - is all that is counted that of the VMs there may be, now or soon?
 * @pids: processes that may have VMs besides this one; they are stopped
 * @nr:	  of them
 *
 * What is listed, what there is in all, what is charged to this user, and the VMs that a partition knows.
 *
 * Return: as counters_are_zero().
 */
bool counters_agree(const pid_t *pids, unsigned int nr);

/* The parts. @nr: how often; @seed: of what is random. Return: did all go well? */
bool soak_abuse(unsigned int nr, uint64_t seed);
bool soak_kill(unsigned int nr, uint64_t seed);
bool soak_many(unsigned int nr, uint64_t seed);
bool soak_reset(unsigned int nr, uint64_t seed);

#endif /* SOAK_H */
