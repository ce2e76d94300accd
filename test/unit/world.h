/* SPDX-License-Identifier: GPL-2.0-only */
/* The fixture of the unit tests: a relay, VMs, a fake home; and how to call as a guest. */
#ifndef VFFA_TEST_WORLD_H
#define VFFA_TEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_port.h"

/* The rule a test shows, and where it is from; read by people and by scripts, not by the compiler. */
#define SPEC(version, section)

#define WORLD_NR_VMS 2

struct world {
	struct fake_port port;
	struct vffa_relay relay;
	struct vffa_relay_config config;
	struct vffa_lock id_lock;
	struct vffa_lock page_lock;
	struct vffa_lock tx_lock;
	struct vffa_lock rx_lock;
	struct vffa_mem_limits mem_limits; /* of VMs that are started */
	uint32_t npi;			   /* likewise */
	struct fake_vm vms[WORLD_NR_VMS];
	uint8_t tx[FFA_PAGE_SIZE] __attribute__((aligned(4096)));
	uint8_t rx[FFA_PAGE_SIZE] __attribute__((aligned(4096)));
};

/* Set-up functions for cmocka, each doing what the one before does, and more. */
int world_setup(void **state);	   /* a home; nothing is started */
int world_setup_relay(void **state); /* the relay is started */
int world_setup_vm(void **state);  /* both VMs are READY */
int world_setup_1_0(void **state); /* their guests negotiated FF-A 1.0, and made another call */
int world_setup_1_1(void **state);
int world_setup_1_2(void **state);

/** world_teardown() - stops what is started; fails when anything is left or anyone complained */
int world_teardown(void **state);

/**
 * world_start() - start the relay and both VMs, whose guests negotiate FF-A 1.2
 *
 * What world_setup_1_2() does after world_setup(), for who changes the home in between.
 *
 * Return: 0, or -1, as set-up functions.
 */
int world_start(struct world *w);

/** world_start_vm() - vffa_vm_init() of VM @n */
enum vffa_ret world_start_vm(struct world *w, unsigned int n);

/** world_start_vm_seeing() - the same with rules about partitions (struct vffa_vm_config) */
enum vffa_ret world_start_vm_seeing(struct world *w, unsigned int n,
				    const struct vffa_part_rules *wanted,
				    const struct vffa_part_rules *limit);

/** world_negotiate() - FFA_VERSION 1.@minor as the guest of VM @n, then a call that fixes it */
void world_negotiate(struct world *w, unsigned int n, uint32_t minor);

/** world_stop_vm() - stop VM @n, let a worker work, and expect it STOPPED without a trace */
void world_stop_vm(struct world *w, unsigned int n);

/** world_hash() - a number that changes with the state of relay, VMs, SPMC and guest memory */
uint64_t world_hash(const struct world *w);

/** guest_call() - a call by a guest on a vCPU; parked calls and closed VMs fail the test */
struct vffa_regs guest_call(struct fake_vm *vm, unsigned int vcpu, struct vffa_regs regs);

/* A call by the first vCPU: CALL(vm, fid, x1, x2...). Registers that are not given are zero. */
#define CALL(vm, ...) guest_call(vm, 0, (struct vffa_regs){ { __VA_ARGS__ } })
#define CALL_ON(vm, vcpu, ...) guest_call(vm, vcpu, (struct vffa_regs){ { __VA_ARGS__ } })

/** expect_error() - the answer is FFA_ERROR with @ret, and zero elsewhere */
#define expect_error(regs, ret) expect_error_at(regs, ret, __FILE__, __LINE__)
void expect_error_at(struct vffa_regs regs, enum vffa_ret ret, const char *file, int line);

/** expect_regs() - the answer is exactly these registers, x8-x17 zero unless given */
#define expect_regs(regs, ...) \
	expect_regs_at(regs, (struct vffa_regs){ { __VA_ARGS__ } }, __FILE__, __LINE__)
void expect_regs_at(struct vffa_regs regs, struct vffa_regs want, const char *file, int line);

/* A guest's call that fails and changes nothing: expect_refused(w, vm, ret, fid, x1...). */
#define expect_refused(w, vm, ret, ...)                               \
	do {                                                          \
		uint64_t before_ = world_hash(w);                     \
		expect_error(CALL(vm, __VA_ARGS__), ret);             \
		assert_true(world_hash(w) == before_);                \
	} while (0)

/* A test with its set-up; NAME is the rule it shows. */
#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

#endif /* VFFA_TEST_WORLD_H */
