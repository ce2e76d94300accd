// SPDX-License-Identifier: GPL-2.0-only
/* What VMs that have ended left behind: on either side it must be nothing. */
#include "soak.h"

#include <stdint.h>
#include <string.h>

#include "sp/proto.h"
#include <libvffa.h>
#include <vffa/abi.h>

/* A partition that is to be told of a VM's end may be at work, and retries are a second apart. */
#define PATIENCE_MS 600000u

static bool get_status(struct libvffa *ctx, struct libvffa_status *status)
{
	*status = (struct libvffa_status){ .size = sizeof(*status) };
	return libvffa_get_status(ctx, status) == 0 || soak_fail("no status");
}

int counters_nr_vms(void)
{
	struct libvffa_status status;
	struct libvffa *ctx;
	int nr = -1;

	if (libvffa_open(NULL, &ctx))
		return -1;
	if (get_status(ctx, &status))
		nr = (int)status.nr_vms;
	libvffa_close(ctx);
	return nr;
}

/* No VMs, and no pages of VMs. */
static bool all_end(struct libvffa *ctx)
{
	uint64_t begin_ms = soak_now_ms();
	struct libvffa_status status;

	for (;;) {
		if (!get_status(ctx, &status))
			return false;
		if (!status.nr_vms && !status.pages)
			return true;
		if (soak_now_ms() - begin_ms > PATIENCE_MS)
			break;
		soak_sleep_ms(5);
	}
	return soak_fail("left: %u VMs, %llu pages", status.nr_vms,
			 (unsigned long long)status.pages);
}

/* What this user is charged is seen from a VM of its own, of which it is the only one. */
static bool user_is_clear(struct libvffa *ctx, struct libvffa_vm *vm)
{
	struct libvffa_vm_status status = { .size = sizeof(status) };

	if (libvffa_find_vm(ctx, libvffa_vm_id(vm), &status))
		return soak_fail("a new VM is not listed");
	if (status.user_vms != 1 || status.user_pages)
		return soak_fail("charged for one VM: %u VMs, %llu pages", status.user_vms,
				 (unsigned long long)status.user_pages);
	return true;
}

/* So are the VMs that partitions know: one of them counts. */
static bool partitions_forgot(struct libvffa_vm *vm)
{
	uint64_t version[LIBVFFA_NR_REGS] = { FFA_VERSION, FFA_VERSION_1_1 };
	uint64_t x[LIBVFFA_NR_REGS] = {
		FFA_MSG_SEND_DIRECT_REQ_32,
		(uint64_t)libvffa_vm_id(vm) << 16 | SP_ID_HOSTILE,
		0,
		HOSTILE_VMS,
	};

	if (!soak_call(vm, version) || !soak_call(vm, x))
		return false;
	while (x[0] == FFA_INTERRUPT) {
		x[0] = FFA_RUN;
		if (!soak_call(vm, x))
			return false;
	}
	if (x[0] != FFA_MSG_SEND_DIRECT_RESP_32 || x[3])
		return soak_fail("no count of VMs: %#llx %#llx", (unsigned long long)x[0],
				 (unsigned long long)x[2]);
	if (x[4] != 1)
		return soak_fail("a partition knows %llu VMs of 1", (unsigned long long)x[4]);
	return true;
}

static bool probe(struct libvffa *ctx)
{
	struct libvffa_vm *vm;
	int ret = soak_create(ctx, &vm);
	bool good;

	if (ret)
		return soak_fail("no further VM: %s", strerror(-ret));
	good = user_is_clear(ctx, vm) && partitions_forgot(vm);
	libvffa_vm_destroy(vm);
	return good;
}

bool counters_are_zero(void)
{
	struct libvffa *ctx;
	bool good;

	if (libvffa_open(NULL, &ctx))
		return soak_fail("no /dev/vffa");
	good = all_end(ctx) && probe(ctx) && all_end(ctx);
	libvffa_close(ctx);
	return good;
}
