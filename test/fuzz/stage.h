/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the fuzzers of the relay play: the fake home and SPMC of the unit tests, VMs, and what must
 * hold after every step. Whatever does not hold aborts, which is what libFuzzer looks for.
 */
#ifndef VFFA_FUZZ_STAGE_H
#define VFFA_FUZZ_STAGE_H

#include "../unit/fake_port.h"
#include "input.h"

#define STAGE_NR_VMS 3

/**
 * struct stage - a relay and its surroundings
 * @ops:   the fake home's, but guest memory that is not mapped is poisoned; a fuzzer may change more
 * @alive: VM n has been given to vffa_vm_init(), and not yet to vffa_vm_fini()
 * @busy:  VM n is being brought up, or its worker is at work
 * @calling: this vCPU is inside a call
 * @depth: calls inside one another, by fake_port.during_smc
 * @lied:  the SPMC did what no SPMC may: what it knows then proves nothing
 * @parked: the registers of a call that waits for its VMM
 * @flip_at, @flip: what changes in the guests' TX buffers whenever the relay may look at them
 */
struct stage {
	struct fake_port port;
	struct vffa_relay relay;
	struct vffa_relay_config config;
	struct vffa_port_ops ops;
	struct vffa_lock id_lock;
	struct vffa_lock page_lock;
	struct vffa_lock tx_lock;
	struct vffa_lock rx_lock;
	struct fake_vm vms[STAGE_NR_VMS];
	bool alive[STAGE_NR_VMS];
	bool busy[STAGE_NR_VMS];
	bool calling[STAGE_NR_VMS][FAKE_NR_VCPUS];
	unsigned int depth;
	bool lied;
	struct vffa_regs parked[STAGE_NR_VMS][FAKE_NR_VCPUS];
	uint32_t flip_at;
	uint8_t flip;
	uint8_t tx[16 * FFA_PAGE_SIZE] __attribute__((aligned(65536)));
	uint8_t rx[16 * FFA_PAGE_SIZE] __attribute__((aligned(65536)));
};

/* Abort unless @cond. */
#define must(cond) ((cond) ? (void)0 : stage_fail(#cond, __FILE__, __LINE__))
void stage_fail(const char *what, const char *file, int line) __attribute__((noreturn));

/**
 * stage_set() - a new stage; nothing is started
 *
 * Return: the only one there is, valid until the next call.
 */
struct stage *stage_set(void);

/** stage_create() - vffa_vm_init() of VM @n, unless it is alive */
void stage_create(struct stage *st, unsigned int n);

/** stage_restart() - vffa_vm_restart() of VM @n, if there is nothing against it */
void stage_restart(struct stage *st, unsigned int n);

/** stage_stop() - vffa_vm_stop() of VM @n, if there is nothing against it */
void stage_stop(struct stage *st, unsigned int n);

/** stage_work() - the work of VM @n that is due within @ns; 0 = one step, due or not */
void stage_work(struct stage *st, unsigned int n, uint64_t ns);

/** stage_fini() - vffa_vm_fini() of VM @n, if it is STOPPED */
void stage_fini(struct stage *st, unsigned int n);

/**
 * stage_call() - a guest's call, and a look at its answer
 * @n, @vcpu: who calls
 * @regs:     in and out; unchanged where that vCPU cannot call now
 */
void stage_call(struct stage *st, unsigned int n, unsigned int vcpu, struct vffa_regs *regs,
		bool aarch32);

/** stage_resume() - the VMM's answer to a parked call, if there is one */
void stage_resume(struct stage *st, unsigned int n, unsigned int vcpu, enum vffa_ret result);

/** stage_read_rx() - the guest reads its RX buffer, which is mapped; until its next call */
const uint8_t *stage_read_rx(struct stage *st, unsigned int n);

/** stage_write_tx() - the guest writes to its TX buffer, from its start, as much as fits */
void stage_write_tx(struct stage *st, unsigned int n, const void *data, size_t len);

/** stage_check() - what holds between any two steps */
void stage_check(struct stage *st);

/** stage_strike() - the SPMC is honest from here on: everything must come to its end */
void stage_strike(struct stage *st);

#endif /* VFFA_FUZZ_STAGE_H */
