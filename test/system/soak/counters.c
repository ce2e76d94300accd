// SPDX-License-Identifier: GPL-2.0-only
/*
 * What VMs that have ended left behind: on either side it must be nothing. Where others live on, all
 * that is counted must be theirs.
 */
#include "soak.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sp/proto.h"
#include <libvffa.h>
#include <vffa/abi.h>

/* A partition that is to be told of a VM's end may be at work, and retries are a second apart. */
#define PATIENCE_MS 600000u

/* What did not agree when it was last looked at: it may do so the next time. */
static char why[160];

static bool not_yet(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool not_yet(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	return false;
}

/* What VMs there are, by the list of them. */
struct listed {
	const pid_t *pids; /* whose VMs there may be */
	unsigned int nr_pids;
	unsigned int nr_vms;
	uint64_t pages;
};

static bool may_be(const struct listed *listed, int32_t pid)
{
	for (unsigned int i = 0; i < listed->nr_pids; i++) {
		if (listed->pids[i] == pid)
			return true;
	}
	return pid == getpid();
}

static bool list_vms(struct libvffa *ctx, struct listed *listed)
{
	uint16_t id = 0;

	for (;;) {
		struct libvffa_vm_status vm = { .size = sizeof(vm) };

		if (libvffa_find_vm(ctx, id, &vm))
			return true;
		if (!may_be(listed, vm.pid))
			return not_yet("VM %u of a process that is gone", vm.id);
		listed->nr_vms++;
		listed->pages += vm.pages;
		id = vm.id + 1;
	}
}

static bool totals_agree(struct libvffa *ctx, const struct listed *listed)
{
	struct libvffa_status status = { .size = sizeof(status) };

	if (libvffa_get_status(ctx, &status))
		return not_yet("no status");
	if (status.nr_vms == listed->nr_vms && status.pages == listed->pages)
		return true;
	return not_yet("%u VMs and %" PRIu64 " pages, of %u VMs with %" PRIu64, status.nr_vms,
		       status.pages, listed->nr_vms, listed->pages);
}

/* What this user is charged is seen from a VM of its own. */
static bool user_agrees(struct libvffa *ctx, struct libvffa_vm *probe, const struct listed *listed)
{
	struct libvffa_vm_status vm = { .size = sizeof(vm) };

	if (libvffa_find_vm(ctx, libvffa_vm_id(probe), &vm))
		return not_yet("a new VM is not listed");
	if (vm.user_vms == listed->nr_vms && vm.user_pages == listed->pages)
		return true;
	return not_yet("charged are %u VMs and %" PRIu64 " pages, of %u VMs with %" PRIu64,
		       vm.user_vms, vm.user_pages, listed->nr_vms, listed->pages);
}

/* So are the VMs that partitions know. */
static bool partitions_agree(struct libvffa_vm *probe, const struct listed *listed)
{
	uint64_t version[LIBVFFA_NR_REGS] = { FFA_VERSION, FFA_VERSION_1_1 };
	uint64_t x[LIBVFFA_NR_REGS] = {
		FFA_MSG_SEND_DIRECT_REQ_32,
		(uint64_t)libvffa_vm_id(probe) << 16 | SP_ID_HOSTILE,
		0,
		HOSTILE_VMS,
	};

	if (!soak_call(probe, version) || !soak_call(probe, x))
		return not_yet("no call");
	while (x[0] == FFA_INTERRUPT) {
		x[0] = FFA_RUN;
		if (!soak_call(probe, x))
			return not_yet("no call");
	}
	if (x[0] != FFA_MSG_SEND_DIRECT_RESP_32 || x[3])
		return not_yet("no count of VMs: %#" PRIx64 " %#" PRIx64, x[0], x[2]);
	if (x[4] == listed->nr_vms)
		return true;
	return not_yet("a partition knows %" PRIu64 " VMs of %u", x[4], listed->nr_vms);
}

/* All of it once, while VMs may still come to an end. */
static bool all_agrees(struct libvffa *ctx, struct libvffa_vm *probe, const pid_t *pids,
		       unsigned int nr)
{
	struct listed listed = { .pids = pids, .nr_pids = nr };

	return list_vms(ctx, &listed) && totals_agree(ctx, &listed) &&
	       user_agrees(ctx, probe, &listed) && partitions_agree(probe, &listed);
}

static bool wait_until_all_agrees(struct libvffa *ctx, const pid_t *pids, unsigned int nr)
{
	uint64_t begin_ms = soak_now_ms();
	struct libvffa_vm *probe;
	int ret = soak_create(ctx, &probe);
	bool good;

	if (ret)
		return soak_fail("no further VM: %s", strerror(-ret));
	while (!(good = all_agrees(ctx, probe, pids, nr)) && soak_now_ms() - begin_ms < PATIENCE_MS)
		soak_sleep_ms(5);
	libvffa_vm_destroy(probe);
	return good || soak_fail("left: %s", why);
}

bool counters_agree(const pid_t *pids, unsigned int nr)
{
	struct libvffa *ctx;
	bool good;

	if (libvffa_open(NULL, &ctx))
		return soak_fail("no /dev/vffa");
	good = wait_until_all_agrees(ctx, pids, nr);
	libvffa_close(ctx);
	return good;
}

/* No VMs, and no pages of VMs. */
static bool all_end(void)
{
	uint64_t begin_ms = soak_now_ms();
	struct libvffa_status status = { .size = sizeof(status) };
	struct libvffa *ctx;
	int ret;

	if (libvffa_open(NULL, &ctx))
		return soak_fail("no /dev/vffa");
	while (!(ret = libvffa_get_status(ctx, &status)) && (status.nr_vms || status.pages) &&
	       soak_now_ms() - begin_ms < PATIENCE_MS)
		soak_sleep_ms(5);
	libvffa_close(ctx);
	if (!ret && !status.nr_vms && !status.pages)
		return true;
	return soak_fail("left: %u VMs, %" PRIu64 " pages", status.nr_vms, status.pages);
}

bool counters_are_zero(void)
{
	return all_end() && counters_agree(NULL, 0) && all_end();
}
