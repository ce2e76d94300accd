/* SPDX-License-Identifier: GPL-2.0-only */
/* The end: of what cannot go on. */
#ifndef SPMC_FW_PANIC_H
#define SPMC_FW_PANIC_H

#include <vffa/env.h>

/**
 * struct fw_frame - registers at an exception, as vectors.S saves them
 * @sp: at faults only
 */
struct fw_frame {
	uint64_t x[31];
	uint64_t elr;
	uint64_t spsr;
	uint64_t sp;
};

/** fw_panic() - say why, and switch the machine off: whoever waits for it learns at once */
_Noreturn void fw_panic(const char *why);

/* Called by vectors.S. */
_Noreturn void fw_fault(const struct fw_frame *frame, unsigned int kind);
void fw_preempt(struct fw_frame *frame);
void fw_interrupt(struct fw_frame *frame);

#endif /* SPMC_FW_PANIC_H */
