// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* libvffa before a fake kernel: what reaches the ioctls, what comes back, what is left behind. */
#include <libvffa.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linux/kvm.h>

#include "fake_sys.h"

#define FFA_MEM_LEND_64 0xc4000072
#define PSCI_VERSION	0x84000000

static struct libvffa *ctx;
static struct libvffa_vm *vm;

static int reset_fake(void **state)
{
	memset(&fake, 0, sizeof(fake));
	fake.info.api_version = VFFA_API_VERSION;
	fake.error = -EIO;
	return 0;
}

static int create_vm(void **state)
{
	struct libvffa_vm_options options = { .size = sizeof(options), .nr_vcpus = 2 };

	reset_fake(state);
	return libvffa_open(NULL, &ctx) || libvffa_vm_create(ctx, &options, &vm);
}

static int destroy_vm(void **state)
{
	libvffa_close(ctx);
	libvffa_vm_destroy(vm);
	return fake.nr_open || fake.nr_allocated;
}

static void a_window_is_declared_and_mapped_until_the_vm_ends(void **state)
{
	void *addr;

	assert_int_equal(create_vm(state), 0);
	assert_int_equal(libvffa_vm_set_window(vm, 0x20000000, 0x10000, &addr), 0);
	assert_int_equal(fake.request, VFFA_VM_SET_WINDOW);
	assert_int_equal(fake.arg.window.guest_phys_addr, 0x20000000);
	assert_int_equal(fake.arg.window.size, 0x10000);
	assert_ptr_equal(addr, &fake);
	assert_int_equal(fake.nr_mapped, 0x10000);
	assert_int_equal(destroy_vm(state), 0);
	assert_int_equal(fake.nr_mapped, 0);
}

static void a_vmm_may_do_without_its_window(void **state)
{
	void *addr;

	assert_int_equal(create_vm(state), 0);
	assert_int_equal(libvffa_vm_set_window(vm, 0x20000000, 0x10000, &addr), 0);
	libvffa_vm_unmap_window(vm);
	assert_int_equal(fake.nr_mapped, 0);
	libvffa_vm_unmap_window(vm);
	assert_int_equal(destroy_vm(state), 0);
	assert_int_equal(fake.nr_mapped, 0);
}

static void a_window_that_fails_is_not_mapped(void **state)
{
	void *addr;

	for (unsigned int step = 1; step <= 2; step++) {
		assert_int_equal(create_vm(state), 0);
		fake.fail_at = step;
		assert_int_equal(libvffa_vm_set_window(vm, 0x20000000, 0x10000, &addr), -EIO);
		assert_int_equal(destroy_vm(state), 0);
		assert_int_equal(fake.nr_mapped, 0);
	}
}

static void open_uses_the_default_device(void **state)
{
	assert_int_equal(libvffa_open(NULL, &ctx), 0);
	assert_string_equal(fake.path, "/dev/vffa");
	libvffa_close(ctx);
	assert_int_equal(fake.nr_open, 0);
	assert_int_equal(fake.nr_allocated, 0);
}

static void open_takes_another_device(void **state)
{
	struct libvffa_options options = { .size = sizeof(options), .path = "/elsewhere" };

	assert_int_equal(libvffa_open(&options, &ctx), 0);
	assert_string_equal(fake.path, "/elsewhere");
	libvffa_close(ctx);
}

static void open_leaves_nothing_behind_when_any_step_fails(void **state)
{
	unsigned int step;
	int ret;

	for (step = 1;; step++) {
		reset_fake(state);
		fake.fail_at = step;
		ret = libvffa_open(NULL, &ctx);
		if (!ret)
			break;
		assert_int_equal(ret, step == 1 ? -ENOMEM : -EIO);
		assert_int_equal(fake.nr_open, 0);
		assert_int_equal(fake.nr_allocated, 0);
	}
	assert_int_equal(step, 4);
	libvffa_close(ctx);
}

static void open_refuses_another_contract(void **state)
{
	fake.info.api_version = VFFA_API_VERSION + 1;
	assert_int_equal(libvffa_open(NULL, &ctx), -EPROTONOSUPPORT);
	assert_int_equal(fake.nr_open, 0);
	assert_int_equal(fake.nr_allocated, 0);
}

static void options_of_another_version(void **state)
{
	struct {
		struct libvffa_options known;
		uint64_t newer;
	} options = { .known.size = sizeof(options) };

	assert_int_equal(libvffa_open(&options.known, &ctx), 0);
	libvffa_close(ctx);
	options.newer = 1;
	assert_int_equal(libvffa_open(&options.known, &ctx), -E2BIG);
	options.known.size = sizeof(options.known) - 1;
	assert_int_equal(libvffa_open(&options.known, &ctx), -EINVAL);
	options.known.size = 0;
	assert_int_equal(libvffa_open(&options.known, &ctx), -EINVAL);
}

static void close_and_destroy_take_null(void **state)
{
	libvffa_close(NULL);
	libvffa_vm_destroy(NULL);
	assert_int_equal(fake.nr_allocated, 0);
}

static void get_info_copies_every_field(void **state)
{
	struct {
		struct libvffa_info known;
		uint64_t newer;
	} info = { .known.size = sizeof(info), .newer = 1 };

	fake.info.flags = VFFA_INFO_SPMC | VFFA_INFO_KVM_HOOK;
	fake.info.ffa_version = 0x10002;
	fake.info.spmc_version = 0x10001;
	fake.info.spmc_id = 0x8000;
	fake.info.nr_partitions = 3;
	fake.info.max_vcpus = 512;
	assert_int_equal(libvffa_get_info(ctx, &info.known), 0);
	assert_int_equal(info.known.size, sizeof(info));
	assert_int_equal(info.known.flags, LIBVFFA_INFO_SPMC | LIBVFFA_INFO_KVM_HOOK);
	assert_int_equal(info.known.ffa_version, 0x10002);
	assert_int_equal(info.known.spmc_version, 0x10001);
	assert_int_equal(info.known.spmc_id, 0x8000);
	assert_int_equal(info.known.nr_partitions, 3);
	assert_int_equal(info.known.max_vcpus, 512);
	assert_int_equal(info.newer, 0);

	info.known.size = sizeof(info.known) - 1;
	assert_int_equal(libvffa_get_info(ctx, &info.known), -EINVAL);
	fake.fail_at = 1;
	assert_int_equal(libvffa_get_info(ctx, &info.known), -EIO);
}

static void vm_create_asks_for_the_vcpus(void **state)
{
	assert_int_equal(fake.request, VFFA_CREATE_VM);
	assert_int_equal(fake.fd, FAKE_DEVICE_FD);
	assert_int_equal(fake.arg.create.nr_vcpus, 2);
	assert_int_equal(fake.arg.create.flags, 0);
	assert_int_equal(libvffa_vm_id(vm), FAKE_VM_ID);
}

static void vm_create_passes_the_limits(void **state)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = 1,
		.flags = LIBVFFA_VM_MAY_DONATE,
		.max_handles = 2,
		.max_fragmented = 3,
		.max_fragment_ms = 4,
		.max_pieces = 5,
		.max_pinned_pages = 6,
	};
	struct libvffa_vm *other;

	assert_int_equal(libvffa_vm_create(ctx, &options, &other), 0);
	assert_int_equal(fake.arg.create.flags, VFFA_CREATE_MAY_DONATE);
	assert_int_equal(fake.arg.create.limits.handles, 2);
	assert_int_equal(fake.arg.create.limits.fragmented, 3);
	assert_int_equal(fake.arg.create.limits.fragment_ms, 4);
	assert_int_equal(fake.arg.create.limits.pieces, 5);
	assert_int_equal(fake.arg.create.limits.pinned_pages, 6);
	libvffa_vm_destroy(other);
}

static void vm_create_leaves_nothing_behind_when_any_step_fails(void **state)
{
	struct libvffa_vm_options options = { .size = sizeof(options), .nr_vcpus = 1 };
	struct libvffa_vm *other;
	unsigned int step;

	for (step = 1; step <= 2; step++) {
		fake.fail_at = step;
		assert_int_equal(libvffa_vm_create(ctx, &options, &other),
				 step == 1 ? -ENOMEM : -EIO);
		assert_int_equal(fake.nr_open, 2);
		assert_int_equal(fake.nr_allocated, 2);
	}
	options.nr_partitions = 65;
	assert_int_equal(libvffa_vm_create(ctx, &options, &other), -EINVAL);
	options.size = offsetof(struct libvffa_vm_options, partitions) - 1;
	assert_int_equal(libvffa_vm_create(ctx, &options, &other), -EINVAL);
}

static void vm_create_passes_the_partitions(void **state)
{
	static const struct libvffa_uuid uuids[2] = { { { 1 } }, { { 2 } } };
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = 1,
		.flags = LIBVFFA_VM_ONLY_PARTITIONS,
		.partitions = uuids,
		.nr_partitions = 2,
	};
	struct libvffa_vm *other;

	assert_int_equal(libvffa_vm_create(ctx, &options, &other), 0);
	assert_int_equal(fake.arg.create.flags, VFFA_CREATE_PARTITIONS);
	assert_int_equal(fake.arg.create.nr_partitions, 2);
	assert_int_equal(fake.arg.create.partitions, (uintptr_t)uuids);
	libvffa_vm_destroy(other);
}

static void uuids_are_read_and_written(void **state)
{
	static const char *const bad[] = {
		"",
		"486178e0-e7f8-11e3-bc5e-0002a5d5c51",
		"486178e0-e7f8-11e3-bc5e-0002a5d5c51b0",
		"486178e0-e7f8-11e3-bc5e-0002a5d5c51b ",
		" 486178e0-e7f8-11e3-bc5e-0002a5d5c51b",
		"486178e0e7f811e3bc5e0002a5d5c51b",
		"486178e0-e7f8-11e3-bc5e-0002a5d5c51g",
		"486178e0-e7f81-1e3-bc5e-0002a5d5c51b",
		"{486178e0-e7f8-11e3-bc5e-0002a5d5c51b}",
	};
	struct libvffa_uuid uuid;
	char text[LIBVFFA_UUID_TEXT_SIZE];

	assert_int_equal(libvffa_uuid_parse("486178E0-e7f8-11e3-bc5e-0002a5d5C51b", &uuid), 0);
	assert_int_equal(uuid.bytes[0], 0x48);
	assert_int_equal(uuid.bytes[15], 0x1b);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(libvffa_uuid_parse(bad[i], &uuid), -EINVAL);
	libvffa_uuid_format(&uuid, text);
	assert_string_equal(text, "486178e0-e7f8-11e3-bc5e-0002a5d5c51b");
}

static void policy_goes_both_ways(void **state)
{
	struct libvffa_policy_rule rules[2] = { { .who = LIBVFFA_POLICY_USER, .id = 7 } };
	size_t nr = 2;

	assert_int_equal(libvffa_set_policy(ctx, rules, 2), 0);
	assert_int_equal(fake.request, VFFA_SET_POLICY);
	assert_int_equal(fake.arg.policy.nr_rules, 2);
	assert_int_equal(fake.arg.policy.rules, (uintptr_t)rules);
	assert_int_equal(libvffa_set_policy(ctx, rules, LIBVFFA_MAX_POLICY_RULES + 1), -E2BIG);
	assert_int_equal(libvffa_get_policy(ctx, rules, &nr), 0);
	assert_int_equal(fake.request, VFFA_GET_POLICY);
	fake.fail_at = 1;
	fake.error = -EPERM;
	assert_int_equal(libvffa_get_policy(ctx, rules, &nr), -EPERM);
}

static void admin_queries_say_what_they_want(void **state)
{
	struct libvffa_vm_status vm_status = { .size = sizeof(vm_status) };
	struct libvffa_partition part = { .size = sizeof(part) };
	struct libvffa_status status = { .size = sizeof(status) };

	assert_int_equal(libvffa_find_vm(ctx, 9, &vm_status), 0);
	assert_int_equal(fake.request, VFFA_FIND_VM);
	assert_int_equal(fake.arg.vm_status.id, 9);
	assert_int_equal(vm_status.id, 9);
	assert_int_equal(libvffa_get_partition(ctx, 3, &part), 0);
	assert_int_equal(fake.arg.partition.index, 3);
	assert_int_equal(libvffa_get_status(ctx, &status), 0);
	assert_int_equal(fake.request, VFFA_GET_STATUS);

	vm_status.size--;
	assert_int_equal(libvffa_find_vm(ctx, 9, &vm_status), -EINVAL);
	fake.fail_at = 1;
	fake.error = -ENOENT;
	assert_int_equal(libvffa_get_partition(ctx, 3, &part), -ENOENT);
}

static void vm_get_info_copies_every_field(void **state)
{
	struct libvffa_vm_info info = { .size = sizeof(info) };

	fake.vm_info = (struct vffa_vm_info){
		.ffa_version = 0x10001,
		.state = VFFA_VM_STATE_STOPPING,
		.id = 5,
		.nr_vcpus = 4,
		.pinned_pages = 9,
	};
	assert_int_equal(libvffa_vm_get_info(vm, &info), 0);
	assert_int_equal(fake.fd, FAKE_VM_FD);
	assert_int_equal(info.ffa_version, 0x10001);
	assert_int_equal(info.state, LIBVFFA_STATE_STOPPING);
	assert_int_equal(info.id, 5);
	assert_int_equal(info.nr_vcpus, 4);
	assert_int_equal(info.pinned_pages, 9);

	info.size--;
	assert_int_equal(libvffa_vm_get_info(vm, &info), -EINVAL);
	fake.fail_at = 1;
	assert_int_equal(libvffa_vm_get_info(vm, &info), -EIO);
}

static void vm_set_memory_passes_the_slot(void **state)
{
	struct libvffa_memory memory = {
		.size = sizeof(memory),
		.slot = 3,
		.flags = LIBVFFA_MEM_READONLY,
		.guest_phys_addr = 0x40000000,
		.len_bytes = 0x200000,
		.addr = &fake,
	};

	assert_int_equal(libvffa_vm_set_memory(vm, &memory), 0);
	assert_int_equal(fake.request, VFFA_VM_SET_MEMORY);
	assert_int_equal(fake.arg.memory.slot, 3);
	assert_int_equal(fake.arg.memory.flags, VFFA_MEM_READONLY);
	assert_int_equal(fake.arg.memory.guest_phys_addr, 0x40000000);
	assert_int_equal(fake.arg.memory.size, 0x200000);
	assert_int_equal(fake.arg.memory.userspace_addr, (uintptr_t)&fake);

	fake.fail_at = 1;
	assert_int_equal(libvffa_vm_set_memory(vm, &memory), -EIO);
	memory.size = 0;
	assert_int_equal(libvffa_vm_set_memory(vm, &memory), -EINVAL);
}

static void vm_bind_kvm_passes_the_descriptor(void **state)
{
	assert_int_equal(libvffa_vm_bind_kvm(vm, 42), 0);
	assert_int_equal(fake.request, VFFA_VM_BIND_KVM);
	assert_int_equal(fake.arg.bind.kvm_fd, 42);
	assert_int_equal(fake.arg.bind.flags, 0);
	fake.fail_at = 1;
	assert_int_equal(libvffa_vm_bind_kvm(vm, 42), -EIO);
}

static void vm_call_returns_registers_or_parked(void **state)
{
	uint64_t regs[LIBVFFA_NR_REGS] = { 0x84000069, [17] = 17 };

	assert_int_equal(libvffa_vm_call(vm, 1, LIBVFFA_CALL_AARCH32, regs), 0);
	assert_int_equal(fake.arg.call.vcpu, 1);
	assert_int_equal(fake.arg.call.flags, VFFA_CALL_AARCH32);
	assert_int_equal(fake.arg.call.regs[17], 17);
	assert_int_equal(regs[0], 0x84000061);

	fake.parked_rounds = 1;
	assert_int_equal(libvffa_vm_call(vm, 1, 0, regs), 1);
	assert_int_equal(libvffa_vm_call(vm, 1, 0, regs), -EBUSY);
	fake.fail_at = 1;
	assert_int_equal(libvffa_vm_call(vm, 1, 0, regs), -EIO);
}

static void vm_resume_tells_the_result(void **state)
{
	uint64_t regs[LIBVFFA_NR_REGS] = { FFA_MEM_LEND_64 };

	assert_int_equal(libvffa_vm_resume(vm, 1, 0, regs), -ENOENT);
	fake.parked_rounds = 2;
	assert_int_equal(libvffa_vm_resume(vm, 1, -EPERM, regs), 1);
	assert_int_equal(fake.resume_result, -EPERM);
	assert_int_equal(fake.arg.resume.vcpu, 1);
	assert_int_equal(libvffa_vm_resume(vm, 1, 0, regs), 0);
	assert_int_equal(regs[2], 0xffffffff);
}

static void vm_reset_reports_busy(void **state)
{
	assert_int_equal(libvffa_vm_reset(vm), 0);
	assert_int_equal(fake.request, VFFA_VM_RESET);
	fake.fail_at = 1;
	fake.error = -EBUSY;
	assert_int_equal(libvffa_vm_reset(vm), -EBUSY);
}

static int handle_hypercall(uint64_t fid)
{
	struct kvm_run run = { .exit_reason = KVM_EXIT_HYPERCALL, .hypercall.nr = fid };

	return libvffa_vm_handle_exit(vm, 1, 300, &run);
}

static void handle_exit_refuses_what_it_does_not_know(void **state)
{
	fake.parked_rounds = 2;
	fake.regs[0] = FFA_MEM_LEND_64;
	fake.regs[3] = 3;
	assert_int_equal(handle_hypercall(FFA_MEM_LEND_64), 1);
	assert_int_equal(fake.resume_result, -EOPNOTSUPP);
	assert_int_equal(fake.regs[0], 0x84000060);
	assert_int_equal(fake.regs[2], 0xffffffff);
	assert_int_equal(fake.regs[3], 3);
	assert_int_equal(fake.reg_writes, 2);
}

static void handle_exit_leaves_the_rest_to_the_vmm(void **state)
{
	struct kvm_run mmio = { .exit_reason = KVM_EXIT_MMIO };

	fake.parked_rounds = 1;
	assert_int_equal(libvffa_vm_handle_exit(vm, 1, 300, &mmio), 0);
	assert_int_equal(handle_hypercall(PSCI_VERSION), 0);
	assert_int_equal(handle_hypercall(0x840000f0), 0); /* Errata Management */
	assert_int_equal(handle_hypercall(0x8400005f), 0);
	assert_int_equal(fake.parked_rounds, 1);

	fake.parked_rounds = 0; /* FF-A, but by the VMM's own filter */
	assert_int_equal(handle_hypercall(FFA_MEM_LEND_64), 0);
	assert_int_equal(fake.reg_writes, 0);
}

static void handle_exit_knows_both_widths_and_the_sve_hint(void **state)
{
	fake.parked_rounds = 1;
	assert_int_equal(handle_hypercall(0x84000072), 1);
	fake.parked_rounds = 1;
	assert_int_equal(handle_hypercall(0xc4010072), 1);
}

static void handle_exit_reports_every_failing_step(void **state)
{
	unsigned int step;

	for (step = 1;; step++) {
		fake.parked_rounds = 1;
		fake.fail_at = step;
		memset(fake.regs, 0, sizeof(fake.regs));
		if (handle_hypercall(FFA_MEM_LEND_64) == 1)
			break;
	}
	assert_int_equal(step, LIBVFFA_NR_REGS + 2 + 2 + 1);
}

static void handle_exit_gives_up_on_a_call_parked_for_ever(void **state)
{
	fake.parked_rounds = 1000;
	assert_int_equal(handle_hypercall(FFA_MEM_LEND_64), -ELOOP);
}

static void forward_kvm_asks_for_every_form_of_an_id(void **state)
{
	assert_int_equal(libvffa_vm_forward_kvm(vm, 42), 0);
	assert_int_equal(fake.fd, 42);
	assert_int_equal(fake.nr_filters, 4);
	assert_int_equal(fake.filter_base[0], 0x84000060);
	assert_int_equal(fake.filter_base[1], 0xc4000060);
	assert_int_equal(fake.filter_base[2], 0x84010060);
	assert_int_equal(fake.filter_base[3], 0xc4010060);
}

static void forward_kvm_tells_a_kernel_without_the_filter(void **state)
{
	static const struct {
		int error;
		int ret;
	} cases[] = {
		{ -ENXIO, -EOPNOTSUPP },
		{ -ENOTTY, -EOPNOTSUPP },
		{ -EBUSY, -EBUSY },
		{ -EEXIST, -EEXIST },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake.fail_at = 1 + (unsigned int)i;
		fake.error = cases[i].error;
		assert_int_equal(libvffa_vm_forward_kvm(vm, 42), cases[i].ret);
	}
	/* The VM is as it was: an exit is a parked call's, or not ours. */
	assert_int_equal(handle_hypercall(FFA_MEM_LEND_64), 0);
}

static void handle_exit_has_a_forwarded_call_answered(void **state)
{
	assert_int_equal(libvffa_vm_forward_kvm(vm, 42), 0);
	fake.regs[0] = FFA_MEM_LEND_64;
	fake.regs[17] = 17;
	assert_int_equal(handle_hypercall(FFA_MEM_LEND_64), 1);
	assert_int_equal(fake.arg.call.vcpu, 1);
	assert_int_equal(fake.arg.call.flags, 0);
	assert_int_equal(fake.arg.call.regs[0], FFA_MEM_LEND_64);
	assert_int_equal(fake.arg.call.regs[17], 17);
	assert_int_equal(fake.regs[0], 0x84000061);
	assert_int_equal(fake.reg_writes, 1);

	fake.regs[FAKE_PSTATE] = 0x13; /* AArch32, Supervisor */
	assert_int_equal(handle_hypercall(FFA_MEM_LEND_64), 1);
	assert_int_equal(fake.arg.call.flags, VFFA_CALL_AARCH32);

	assert_int_equal(handle_hypercall(PSCI_VERSION), 0);
}

static void handle_exit_finishes_a_forwarded_call_that_is_parked(void **state)
{
	assert_int_equal(libvffa_vm_forward_kvm(vm, 42), 0);
	fake.parked_rounds = 2;
	assert_int_equal(handle_hypercall(FFA_MEM_LEND_64), 1);
	assert_int_equal(fake.resume_result, -EOPNOTSUPP);
	assert_int_equal(fake.regs[0], 0x84000060);
	assert_false(fake.is_parked);
}

static void handle_exit_reports_every_failing_step_of_a_forwarded_call(void **state)
{
	unsigned int step;

	assert_int_equal(libvffa_vm_forward_kvm(vm, 42), 0);
	for (step = 1;; step++) {
		fake.parked_rounds = 1;
		fake.fail_at = step;
		memset(fake.regs, 0, sizeof(fake.regs));
		if (handle_hypercall(FFA_MEM_LEND_64) == 1)
			break;
		/* A call that was parked meanwhile is found parked. */
	}
	assert_int_equal(step, LIBVFFA_NR_REGS + 3 + 1 + 2 + 1);
}

#define WITH_VM(test) cmocka_unit_test_setup_teardown(test, create_vm, destroy_vm)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_is_declared_and_mapped_until_the_vm_ends),
		cmocka_unit_test(a_vmm_may_do_without_its_window),
		cmocka_unit_test(a_window_that_fails_is_not_mapped),
		cmocka_unit_test_setup(open_uses_the_default_device, reset_fake),
		cmocka_unit_test_setup(open_takes_another_device, reset_fake),
		cmocka_unit_test(open_leaves_nothing_behind_when_any_step_fails),
		cmocka_unit_test_setup(open_refuses_another_contract, reset_fake),
		cmocka_unit_test_setup(options_of_another_version, reset_fake),
		cmocka_unit_test_setup(close_and_destroy_take_null, reset_fake),
		WITH_VM(get_info_copies_every_field),
		WITH_VM(vm_create_asks_for_the_vcpus),
		WITH_VM(vm_create_passes_the_limits),
		WITH_VM(vm_create_leaves_nothing_behind_when_any_step_fails),
		WITH_VM(vm_create_passes_the_partitions),
		cmocka_unit_test(uuids_are_read_and_written),
		WITH_VM(policy_goes_both_ways),
		WITH_VM(admin_queries_say_what_they_want),
		WITH_VM(vm_get_info_copies_every_field),
		WITH_VM(vm_set_memory_passes_the_slot),
		WITH_VM(vm_bind_kvm_passes_the_descriptor),
		WITH_VM(vm_call_returns_registers_or_parked),
		WITH_VM(vm_resume_tells_the_result),
		WITH_VM(vm_reset_reports_busy),
		WITH_VM(handle_exit_refuses_what_it_does_not_know),
		WITH_VM(handle_exit_leaves_the_rest_to_the_vmm),
		WITH_VM(handle_exit_knows_both_widths_and_the_sve_hint),
		WITH_VM(handle_exit_reports_every_failing_step),
		WITH_VM(handle_exit_gives_up_on_a_call_parked_for_ever),
		WITH_VM(forward_kvm_asks_for_every_form_of_an_id),
		WITH_VM(forward_kvm_tells_a_kernel_without_the_filter),
		WITH_VM(handle_exit_has_a_forwarded_call_answered),
		WITH_VM(handle_exit_finishes_a_forwarded_call_that_is_parked),
		WITH_VM(handle_exit_reports_every_failing_step_of_a_forwarded_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
