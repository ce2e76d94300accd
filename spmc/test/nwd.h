/* SPDX-License-Identifier: GPL-2.0-only */
/* The fixture: an SPMC in process, called as the hypervisor calls, without the relay. */
#ifndef SPMC_TEST_NWD_H
#define SPMC_TEST_NWD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"
#include "ffa.h"
#include "inproc.h"
#include "sp/proto.h"

/* The hypervisor's buffers, and some memory of VMs. */
#define NWD_TX (SPMC_INPROC_RAM_BASE + 0x10000)
#define NWD_RX (SPMC_INPROC_RAM_BASE + 0x20000)
#define VM_RAM (SPMC_INPROC_RAM_BASE + 0x100000)

struct nwd {
	struct spmc_inproc *p;
	unsigned int minor;
	uint8_t *tx; /* mapped by nwd_setup_rxtx_*() */
	uint8_t *rx;
};

/*
 * Set-up functions for cmocka: nothing, for tests that start an SPMC of their own; the newest, its
 * version not negotiated; one that speaks a version and no newer one, RX/TX mapped; the newest with a
 * caller of an older version.
 */
int nwd_setup_none(void **state);
int nwd_setup(void **state);
int nwd_setup_1_0(void **state);
int nwd_setup_1_1(void **state);
int nwd_setup_1_2(void **state);
int nwd_setup_new_with_1_0(void **state);
int nwd_setup_new_with_1_1(void **state);
int nwd_teardown(void **state);

/* Start one with options; the version is not negotiated. */
struct nwd *nwd_start(const struct spmc_inproc_options *opt);

/* Negotiate, map RX/TX. */
void nwd_negotiate(struct nwd *n, unsigned int minor);

struct vffa_regs nwd_call(struct nwd *n, unsigned int cpu, struct vffa_regs regs);

/* CALL(n, x0, x1...): registers that are not given are zero. */
#define CALL(n, ...)	     nwd_call(n, 0, (struct vffa_regs){ { __VA_ARGS__ } })
#define CALL_ON(n, cpu, ...) nwd_call(n, cpu, (struct vffa_regs){ { __VA_ARGS__ } })

/* The answer is exactly these registers. */
#define expect(regs, ...)                                                                          \
	expect_regs_at(regs, (struct vffa_regs){ { __VA_ARGS__ } }, __FILE__, __LINE__)
void expect_regs_at(struct vffa_regs regs, struct vffa_regs want, const char *file, int line);

#define expect_error(regs, status)                                                                 \
	expect_regs_at(regs, (struct vffa_regs){ { FID32(FN_ERROR), 0, (uint32_t)(status) } },     \
		       __FILE__, __LINE__)
#define expect_success(regs) expect(regs, FID32(FN_SUCCESS))

/* A 32-bit direct request to a partition, from a VM; and the answer that says it went well. */
#define REQ(n, vm, sp, ...) CALL(n, FID32(FN_DIRECT_REQ), ids_word(vm, sp), 0, __VA_ARGS__)
#define expect_resp(regs, vm, sp, ...)                                                             \
	expect(regs, FID32(FN_DIRECT_RESP), ids_word(sp, vm), 0, __VA_ARGS__)

#define TEST(name, setup)                                                                          \
	{                                                                                          \
#name, name, setup, nwd_teardown, (void *)#name                                    \
	}

#endif /* SPMC_TEST_NWD_H */
