// SPDX-License-Identifier: GPL-2.0-only
/* The host's own endpoint, as vffa-bus.ko sees it. */
#include "host_end.h"

#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "call.h"
#include "conduit.h"
#include "guest.h"

/* Not seen by anybody, but whoever has notifications has an interrupt for them. */
#define NOMINAL_NPI 8

/* The transactions of all drivers of the host. */
#define MAX_HANDLES    65536
#define MAX_FRAGMENTED 8
#define FRAGMENT_NS    (10 * (u64)NSEC_PER_SEC)

static_assert(VFFA_HOST_ANY_CPU == VFFA_VCPU_ANY);

static DEFINE_MUTEX(open_lock); /* opening and closing */
static struct vffa_guest *host; /* NULL = it is not up */

static DEFINE_SPINLOCK(npi_lock);
static void (*host_npi)(u16 cpu); /* npi_lock */

static void set_npi(void (*npi)(u16 cpu))
{
	spin_lock(&npi_lock);
	host_npi = npi;
	spin_unlock(&npi_lock);
}

void vffa_host_raise(u16 vcpu)
{
	spin_lock(&npi_lock);
	if (host_npi)
		host_npi(vcpu);
	spin_unlock(&npi_lock);
}

static struct vffa_guest *create_host(void)
{
	struct vffa_guest_config config = {
		.nr_vcpus = min(nr_cpu_ids, VFFA_MAX_VCPUS),
		.mem = {
			.nr_handles = MAX_HANDLES,
			.nr_fragmented = MAX_FRAGMENTED,
			.nr_pieces = U32_MAX,
			.frag_ns = FRAGMENT_NS,
		},
		.npi = NOMINAL_NPI,
		.is_host = true,
	};

	return vffa_guest_create(&config);
}

static int open_locked(void (*npi)(u16 cpu))
{
	struct vffa_guest *guest;

	lockdep_assert_held(&open_lock);
	if (host)
		return -EBUSY;
	guest = create_host();
	if (IS_ERR(guest))
		return PTR_ERR(guest);
	host = guest;
	/* Nothing is bound yet, so nobody has been told before. */
	set_npi(npi);
	return 0;
}

int vffa_host_open(void (*npi)(u16 cpu))
{
	int err;

	mutex_lock(&open_lock);
	err = open_locked(npi);
	mutex_unlock(&open_lock);

	return err;
}
EXPORT_SYMBOL_GPL(vffa_host_open);

void vffa_host_close(void)
{
	mutex_lock(&open_lock);
	set_npi(NULL);
	vffa_guest_close(host);
	host = NULL;
	mutex_unlock(&open_lock);
}
EXPORT_SYMBOL_GPL(vffa_host_close);

u16 vffa_host_id(void)
{
	return host->vm.id;
}
EXPORT_SYMBOL_GPL(vffa_host_id);

static bool was_interrupted(const struct vffa_regs *regs)
{
	return lower_32_bits(regs->x[0]) == FFA_ERROR &&
	       (s32)lower_32_bits(regs->x[2]) == FFA_RET_INTERRUPTED;
}

/**
 * struct host_call - a call that a worker makes for somebody else
 * @work: on a stack
 * @regs: in and out
 * @err:  out
 */
struct host_call {
	struct work_struct work;
	struct vffa_regs *regs;
	int err;
};

static void call_for_other(struct work_struct *work)
{
	struct host_call *call = container_of(work, struct host_call, work);

	call->err = vffa_call_from_host(host, call->regs);
}

static int call_by_worker(struct vffa_regs *regs)
{
	struct host_call call = { .regs = regs };

	INIT_WORK_ONSTACK(&call.work, call_for_other);
	queue_work(system_long_wq, &call.work);
	flush_work(&call.work);
	destroy_work_on_stack(&call.work);
	return call.err;
}

/*
 * The relay takes no locks for a process that is being killed. A VM's call is then of no use to
 * anybody; but a driver of the host may be giving back what the process had. Nothing has happened, so
 * the call is made again, by a thread that nobody kills.
 */
int vffa_host_call(struct vffa_regs *regs)
{
	const struct vffa_regs asked = *regs;
	int err;

	err = vffa_call_from_host(host, regs);
	if (err || !was_interrupted(regs) || !fatal_signal_pending(current))
		return err;
	*regs = asked;
	return call_by_worker(regs);
}
EXPORT_SYMBOL_GPL(vffa_host_call);

bool vffa_host_partition(u16 index, struct vffa_host_part *part)
{
	const struct vffa_spmc *spmc = &vffa_conduit_relay()->spmc;
	const struct vffa_part *from;

	if (index >= spmc->nr_parts)
		return false;
	from = &spmc->parts[index];
	part->id = from->id;
	part->nr_contexts = from->nr_contexts;
	part->props = from->props;
	memcpy(part->uuid, from->uuid.b, sizeof(part->uuid));
	return true;
}
EXPORT_SYMBOL_GPL(vffa_host_partition);
