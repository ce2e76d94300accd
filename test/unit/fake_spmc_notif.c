// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications of the fake SPMC: bits that tests set. FFA_NOTIFICATION_INFO_GET names a VM for as
 * long as something global is pending for it, one VM with each answer, and begins anew after the last.
 */
#include "fake_spmc_notif.h"

#include <string.h>

#include "fake_spmc_mem.h"

static struct vffa_regs success(void)
{
	return (struct vffa_regs){ { FFA_SUCCESS_32 } };
}

static struct vffa_regs error(int code)
{
	return (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)code } };
}

static void check_zero(struct fake_spmc *spmc, const struct vffa_regs *in, unsigned int first)
{
	for (unsigned int i = first; i < VFFA_NR_REGS; i++) {
		if (in->x[i])
			fake_spmc_complain(spmc, "a register that must be zero is not");
	}
}

static uint64_t bits_of(const struct vffa_regs *in)
{
	return in->x[3] | in->x[4] << 32;
}

/* NULL = no VM, or none that is known. */
static struct fake_notif *find(struct fake_spmc *spmc, uint64_t id)
{
	return id && id < FAKE_MAX_NOTIFS ? &spmc->notifs[id] : NULL;
}

unsigned int fake_spmc_nr_bitmaps(const struct fake_spmc *spmc)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < FAKE_MAX_NOTIFS; i++)
		nr += spmc->notifs[i].created;
	return nr;
}

static struct vffa_regs create(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct fake_notif *n = find(spmc, in->x[1]);

	check_zero(spmc, in, 3);
	if (!n || !in->x[2] || in->x[2] > FAKE_NOTIF_VCPUS)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (n->created)
		return error(FFA_RET_DENIED);
	memset(n, 0, sizeof(*n));
	n->created = true;
	n->nr_vcpus = (uint32_t)in->x[2];
	return success();
}

static uint64_t all_pending(const struct fake_notif *n)
{
	uint64_t any = n->pending | n->framework;

	for (unsigned int i = 0; i < FAKE_NOTIF_VCPUS; i++)
		any |= n->pending_vcpu[i];
	return any;
}

static struct vffa_regs destroy(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct fake_notif *n = find(spmc, in->x[1]);

	check_zero(spmc, in, 2);
	if (!n)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (!n->created || all_pending(n) || (spmc->keeps_bound && n->bound))
		return error(FFA_RET_DENIED);
	n->created = false;
	return success();
}

/* BIND and UNBIND by the hypervisor: of a VM's notifications, to a partition. */
static struct vffa_regs bind(struct fake_spmc *spmc, const struct vffa_regs *in, bool bound)
{
	struct fake_notif *n = find(spmc, in->x[1] & 0xFFFF);

	check_zero(spmc, in, 5);
	if (!(in->x[1] >> 16 & FFA_ID_SECURE) || in->x[1] >> 32 || !bits_of(in) ||
	    in->x[2] & ~(bound ? 1ull : 0))
		fake_spmc_complain(spmc, "FFA_NOTIFICATION_BIND that makes no sense");
	if (!n || !n->created || bits_of(in) & all_pending(n))
		return error(FFA_RET_DENIED);
	n->bound = bound ? n->bound | bits_of(in) : n->bound & ~bits_of(in);
	return success();
}

static struct vffa_regs set(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	check_zero(spmc, in, 5);
	if (!(in->x[1] & FFA_ID_SECURE) || in->x[1] >> 16 & FFA_ID_SECURE || !bits_of(in))
		fake_spmc_complain(spmc, "FFA_NOTIFICATION_SET that makes no sense");
	return success();
}

static struct vffa_regs get(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct fake_notif *n = find(spmc, in->x[1] & 0xFFFF);
	uint64_t vcpu = in->x[1] >> 16;
	struct vffa_regs out = success();

	check_zero(spmc, in, 3);
	if (in->x[2] & ~5ull)
		fake_spmc_complain(spmc, "the hypervisor wants what is not the SPMC's");
	if (!n || !n->created || vcpu >= n->nr_vcpus)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (in->x[2] & 1) {
		out.x[2] = (uint32_t)(n->pending | n->pending_vcpu[vcpu]);
		out.x[3] = (n->pending | n->pending_vcpu[vcpu]) >> 32;
		n->pending = n->pending_vcpu[vcpu] = 0;
	}
	if (in->x[2] & 4) {
		out.x[6] = n->framework;
		n->framework = 0;
	}
	return out;
}

static struct vffa_regs info_get(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct vffa_regs out = { { in->x[0] & SMCCC_64 ? FFA_SUCCESS_64 : FFA_SUCCESS_32 } };
	unsigned int left = 0;

	check_zero(spmc, in, 1);
	for (unsigned int i = spmc->info_at; i < FAKE_MAX_NOTIFS; i++) {
		if (!spmc->notifs[i].pending && !spmc->notifs[i].framework)
			continue;
		if (!left++)
			spmc->info_at = i;
	}
	if (!left) {
		spmc->info_at = 0;
		return error(FFA_RET_NO_DATA);
	}
	out.x[3] = spmc->info_at++;
	out.x[2] = 1u << 7 | (left > 1);
	if (left == 1)
		spmc->info_at = 0;
	return out;
}

struct vffa_regs fake_spmc_notif_call(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	switch (in->x[0]) {
	case FFA_NOTIFICATION_BITMAP_CREATE:
		return create(spmc, in);
	case FFA_NOTIFICATION_BITMAP_DESTROY:
		return destroy(spmc, in);
	case FFA_NOTIFICATION_BIND:
		return bind(spmc, in, true);
	case FFA_NOTIFICATION_UNBIND:
		return bind(spmc, in, false);
	case FFA_NOTIFICATION_SET:
		return set(spmc, in);
	case FFA_NOTIFICATION_GET:
		return get(spmc, in);
	default:
		return info_get(spmc, in);
	}
}
