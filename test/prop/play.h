/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the property tests play with: VMs of a relay in the fake home, over the development SPMC, and
 * their VMM. What does not hold ends the sequence that is being played.
 */
#ifndef VFFA_PROP_PLAY_H
#define VFFA_PROP_PLAY_H

#include <setjmp.h>

#include "../../spmc/inproc_port.h"
#include "../../spmc/state.h"
#include "../unit/fake_port.h"

#define PLAY_NR_VMS	3
#define PLAY_NR_VCPUS	3
#define PLAY_MAX_ALLOCS 512

/* Limits of a VM, small enough to be met. */
#define PLAY_MAX_HANDLES    6
#define PLAY_MAX_FRAGMENTED 2
#define PLAY_MAX_PIECES	    4
#define PLAY_FRAG_NS	    1000000000ull

/* Of a guest's buffers. */
#define PLAY_BUFFER_PAGES 4u

struct rng {
	uint64_t state;
};

uint64_t rng_next(struct rng *rng);

/** below() - a number below @n */
uint32_t below(struct rng *rng, uint32_t n);

/** one_in() - true once in @n times */
bool one_in(struct rng *rng, uint32_t n);

/**
 * struct play - everything
 * @alive:   VM n is given to vffa_vm_init()
 * @minor:   version of VM n's guest
 * @tx:	     its TX buffer; 0 = none. RX is behind it
 * @parked:  registers of a parked call; x0 = 0: none
 * @armed:   what is to fail; FAKE_NR_OPS = nothing. FAKE_OP_SMC is ours:
 * @fail_smc: n: the n-th call about memory from now is refused by the SPMC; 0 = none
 * @fail_ret: with what
 * @told:     the first two results of the last command to a partition, if it went well: a handle
 * @allocs:  of the relay, because a VM in quarantine keeps them
 * @escape, @failure: where a failed check goes, and what did not hold
 */
struct play {
	struct fake_port port;
	struct vffa_relay relay;
	struct vffa_port_ops ops;
	struct vffa_lock id_lock;
	struct vffa_lock page_lock;
	struct vffa_lock tx_lock;
	struct vffa_lock rx_lock;
	struct spmc_inproc *spmc;
	unsigned int spmc_minor;
	struct fake_vm vms[PLAY_NR_VMS];
	bool alive[PLAY_NR_VMS];
	unsigned int minor[PLAY_NR_VMS];
	uint64_t tx[PLAY_NR_VMS];
	struct vffa_regs parked[PLAY_NR_VMS][PLAY_NR_VCPUS];
	enum fake_op armed;
	unsigned int fail_smc;
	enum vffa_ret fail_ret;
	uint64_t told;
	void *allocs[PLAY_MAX_ALLOCS];
	struct vffa_vm *payers[PLAY_MAX_ALLOCS];
	jmp_buf escape;
	char failure[256];
};

/* End the sequence unless @cond. */
#define must(p, cond, ...) ((cond) ? (void)0 : play_fail(p, #cond, __FILE__, __LINE__, __VA_ARGS__))
void play_fail(struct play *p, const char *cond, const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 5, 6)));

/**
 * struct play_options - what is different from play to play
 * @spmc_minor: version of the SPMC
 * @run:	pages of VMs that follow each other in the host, too (struct fake_host)
 * @tx_pages:	of the hypervisor's buffers
 */
struct play_options {
	unsigned int spmc_minor;
	uint32_t run;
	uint32_t tx_pages;
};

/** play_new() - nothing is started; never fails */
struct play *play_new(void);

/** play_start() - start an SPMC, the relay, and VMs; it can escape */
void play_start(struct play *p, const struct play_options *opt);

/** play_end() - free it, whatever happened */
void play_end(struct play *p);

/** play_boot() - what a guest does first: FFA_VERSION, and buffers at @tx */
void play_boot(struct play *p, unsigned int vm, unsigned int minor, uint64_t tx);

/**
 * play_call() - a guest's call
 * @regs: in and out
 *
 * Return: false = it is parked.
 */
bool play_call(struct play *p, unsigned int vm, unsigned int vcpu, struct vffa_regs *regs);

/** play_resume() - go on with a parked call; as play_call() */
bool play_resume(struct play *p, unsigned int vm, unsigned int vcpu, enum vffa_ret result,
		 struct vffa_regs *regs);

/** play_is_ready() - may VM @vm call */
bool play_is_ready(const struct play *p, unsigned int vm);

/** play_tell() - a command to a partition, with a handle. Returns the status in its answer */
int play_tell(struct play *p, unsigned int sp, uint32_t cmd, uint64_t handle, uint64_t a2,
	      uint64_t a3);

/** play_pass_time() - let workers work until @ns from now */
void play_pass_time(struct play *p, uint64_t ns);

/** play_fail_nth() - have the @nth operation of a kind fail, with @ret; play_failed() ends that */
void play_fail_nth(struct play *p, enum fake_op op, unsigned int nth, enum vffa_ret ret);

/** play_failed() - did it; it does not any more */
bool play_failed(struct play *p);

/** play_claims_of() - how many claims there are on a page with this word (core/page.c) */
uint32_t play_claims_of(uint64_t word);

/** play_hash() - a number that changes with what the relay keeps about pages and VMs */
uint64_t play_hash(const struct play *p);

#endif /* VFFA_PROP_PLAY_H */
