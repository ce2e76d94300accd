// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The notification pending interrupt before a fake kernel: which of its ways is asked for what. */
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

#define KVM_FD 42
#define GIC_FD 43

static struct libvffa *ctx;

static int setup(void **state)
{
	memset(&fake, 0, sizeof(fake));
	fake.info.api_version = VFFA_API_VERSION;
	fake.error = -EIO;
	return libvffa_open(NULL, &ctx);
}

static int teardown(void **state)
{
	libvffa_close(ctx);
	return fake.nr_open || fake.nr_allocated;
}

static struct libvffa_vm *create_vm(uint32_t npi)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = 2,
		.flags = npi ? LIBVFFA_VM_NPI_EVENTFD : 0,
		.npi = npi,
	};
	struct libvffa_vm *vm;

	assert_int_equal(libvffa_vm_create(ctx, &options, &vm), 0);
	assert_int_equal(fake.arg.create.npi, npi);
	assert_int_equal(fake.arg.create.flags, npi ? VFFA_CREATE_NPI_EVENTFD : 0);
	return vm;
}

static void create_refuses_what_is_cut_off(void **state)
{
	struct libvffa_vm_options options = { .size = sizeof(options),
					      .nr_vcpus = 1,
					      .npi = 0x10008 };
	struct libvffa_vm *vm;

	assert_int_equal(libvffa_vm_create(ctx, &options, &vm), -EINVAL);
}

static void an_eventfd_is_passed_on(void **state)
{
	struct libvffa_vm *vm = create_vm(8);

	assert_int_equal(libvffa_vm_set_npi_eventfd(vm, 1, 17), 0);
	assert_int_equal(fake.fd, FAKE_VM_FD);
	assert_int_equal(fake.request, VFFA_VM_SET_NPI_EVENTFD);
	assert_int_equal(fake.arg.npi.vcpu, 1);
	assert_int_equal(fake.arg.npi.fd, 17);
	assert_int_equal(fake.arg.npi.flags, 0);
	assert_int_equal(fake.arg.npi.pad, 0);
	fake.fail_at = 1;
	assert_int_equal(libvffa_vm_set_npi_eventfd(vm, 1, 17), -EIO);
	libvffa_vm_destroy(vm);
}

static void a_line_is_a_ppi_of_any_vcpu(void **state)
{
	struct libvffa_vm *vm = create_vm(20);

	assert_int_equal(libvffa_vm_set_npi_line(vm, KVM_FD, 1, 7), 0);
	assert_int_equal(fake.fd, KVM_FD);
	assert_int_equal(fake.request, KVM_IRQ_LINE);
	assert_int_equal(fake.arg.line.irq, 0x02010014);
	assert_int_equal(fake.arg.line.level, 1);
	assert_int_equal(libvffa_vm_set_npi_line(vm, KVM_FD, 0x1fe, 0), 0);
	assert_int_equal(fake.arg.line.irq, 0x12fe0014);
	assert_int_equal(fake.arg.line.level, 0);
	fake.fail_at = 1;
	assert_int_equal(libvffa_vm_set_npi_line(vm, KVM_FD, 0, 0), -EIO);
	libvffa_vm_destroy(vm);
}

static void an_sgi_has_no_line(void **state)
{
	struct libvffa_vm *vm = create_vm(15);

	assert_int_equal(libvffa_vm_set_npi_line(vm, KVM_FD, 0, 1), -EOPNOTSUPP);
	assert_int_equal(fake.request, VFFA_CREATE_VM);
	libvffa_vm_destroy(vm);
}

static void what_is_pending_stays_so(void **state)
{
	struct libvffa_vm *vm = create_vm(8);
	unsigned int step;

	fake.redist_value = 0x80000001;
	assert_int_equal(libvffa_vm_set_npi_pending(vm, GIC_FD, 0x0000000381020304), 0);
	assert_int_equal(fake.fd, GIC_FD);
	assert_int_equal(fake.redist_attr, 0x0302030400010200);
	assert_int_equal(fake.redist_value, 0x80000101);
	for (step = 1; step <= 2; step++) {
		fake.redist_value = 1;
		fake.fail_at = step;
		assert_int_equal(libvffa_vm_set_npi_pending(vm, GIC_FD, 0), -EIO);
		assert_int_equal(fake.redist_value, 1);
	}
	libvffa_vm_destroy(vm);
}

static void without_an_interrupt_nothing_is_pending(void **state)
{
	struct libvffa_vm *vm = create_vm(0);

	assert_int_equal(libvffa_vm_set_npi_pending(vm, GIC_FD, 0), -EINVAL);
	assert_int_equal(libvffa_vm_set_npi_line(vm, KVM_FD, 0, 1), -EOPNOTSUPP);
	assert_int_equal(fake.request, VFFA_CREATE_VM);
	libvffa_vm_destroy(vm);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(create_refuses_what_is_cut_off), TEST(an_eventfd_is_passed_on),
		TEST(a_line_is_a_ppi_of_any_vcpu),    TEST(an_sgi_has_no_line),
		TEST(what_is_pending_stays_so),	      TEST(without_an_interrupt_nothing_is_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
