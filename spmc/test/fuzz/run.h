/* SPDX-License-Identifier: GPL-2.0-only */
/* One run of the SPMC's fuzzer, and what all of its steps need. */
#ifndef SPMC_FUZZ_RUN_H
#define SPMC_FUZZ_RUN_H

#include "../../../test/fuzz/input.h"
#include "bytes.h"
#include "ffa.h"
#include "inproc.h"
#include "sp/proto.h"

#define NR_CPUS	  2u
#define MAX_STEPS 64u
#define TX_PA	  (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA	  (SPMC_INPROC_RAM_BASE + 0x20000)
#define VM_PA	  (SPMC_INPROC_RAM_BASE + 0x40000)

/**
 * struct run - one run
 * @handle: of the last transaction
 * @minor:  negotiated
 */
struct run {
	struct spmc_inproc *p;
	struct input in;
	uint64_t handle;
	unsigned int minor;
};

uint16_t take_id(struct run *r);

/* Registers are mostly small, or ids, or addresses. */
uint64_t take_reg(struct run *r);

/* A handle is in x2 and x3 of FFA_SUCCESS, in x1 and x2 of FFA_MEM_FRAG_RX. */
void note_handle(struct run *r, const struct vffa_regs *regs);

/* Half of what is built to be right gets a byte that is not. */
void spoil(uint8_t *tx, struct run *r);

/* The beginning of TX, all zeroes. */
uint8_t *clear_tx(struct run *r);

/* Make a request, and resume it some times if it stops. @regs: out: the last answer. */
void request(struct run *r, struct vffa_regs *regs);

/* fuzz_memory.c: steps of memory transactions */
void send_region(struct run *r);
void reclaim(struct run *r);
void retrieve_for_vm(struct run *r);
void relinquish_for_vm(struct run *r);
void tell_borrower(struct run *r);

#endif /* SPMC_FUZZ_RUN_H */
