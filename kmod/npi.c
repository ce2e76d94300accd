// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raising a guest's NPI. When, and for which vCPU, is the relay's business.
 *
 * KVM exports no way to inject an SGI or a PPI. But a guest can make either pending by a write to a
 * redistributor, and KVM's emulation of that write is to be had through the device it is registered
 * as. It takes the vGIC's locks, sets one bit and kicks the vCPU: nobody has to stop.
 */
#include "npi.h"

#include <linux/eventfd.h>
#include <linux/irqchip/arm-gic-v3.h>
#include <linux/kvm_host.h>
#include <linux/nospec.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <kvm/arm_arch_timer.h>
#include <kvm/arm_vgic.h>
#include <kvm/iodev.h>

#include <vffa/relay.h>

#include "guest.h"
#include "trace.h"

/* KVM's own for a redistributor without an address; only its sources have the name. */
#define NO_ADDRESS ((gpa_t)-1)

#define NR_SGIS 16

/* When to look again after what nobody has answered; a VMM's KVM_IRQ_LINE may be missed. */
#define FIRST_DELAY_KERNEL  (HZ / 4)
#define FIRST_DELAY_EVENTFD msecs_to_jiffies(20)
#define MAX_DELAY	    HZ

/* The guest's vCPUs have the first indices. */
static unsigned int index_of_any(const struct vffa_guest *guest)
{
	return guest->vm.nr_vcpus;
}

static bool is_timer(const struct kvm *kvm, u32 intid)
{
	unsigned int i;

	for (i = 0; i < NR_KVM_TIMERS; i++) {
		if (READ_ONCE(kvm->arch.timer_data.ppi[i]) == intid)
			return true;
	}
	return false;
}

/*
 * When the guest enables its distributor, KVM looks only at what it has queued before, and what became
 * pending while it was disabled is not.
 */
static bool can_take(struct kvm_vcpu *vcpu)
{
	const struct vgic_io_device *redist = &vcpu->arch.vgic_cpu.rd_iodev;
	const struct vgic_dist *dist = &vcpu->kvm->arch.vgic;

	return dist->in_kernel && dist->vgic_model == KVM_DEV_TYPE_ARM_VGIC_V3 &&
	       READ_ONCE(dist->initialized) && READ_ONCE(dist->enabled) && redist->dev.ops &&
	       READ_ONCE(redist->base_addr) != NO_ADDRESS;
}

/* Return: it is pending at the vCPU, and stays so until that takes it, whenever. */
static bool inject(struct kvm_vcpu *vcpu, u32 intid)
{
	struct vgic_io_device *redist = &vcpu->arch.vgic_cpu.rd_iodev;
	__le32 bit = cpu_to_le32(BIT(intid));

	if (!can_take(vcpu) || is_timer(vcpu->kvm, intid))
		return false;
	/* Bits that are not set change nothing. */
	return !kvm_iodevice_write(vcpu, &redist->dev, redist->base_addr + SZ_64K + GICR_ISPENDR0,
				   sizeof(bit), &bit);
}

/* It may go off at any time: see may_be_lost(). */
static bool is_on(struct kvm_vcpu *vcpu)
{
	return READ_ONCE(vcpu->arch.mp_state.mp_state) != KVM_MP_STATE_STOPPED;
}

/*
 * One of those that are on. Where nothing is known of the KVM VM, each in its turn, as the one that was
 * tried may be off.
 */
static unsigned int choose_vcpu_locked(const struct vffa_guest *guest, unsigned int nr_tries)
{
	struct kvm_vcpu *vcpu;
	unsigned int i;

	if (!guest->npi.kvm)
		return nr_tries % guest->vm.nr_vcpus;
	for (i = 0; i < guest->vm.nr_vcpus; i++) {
		vcpu = kvm_get_vcpu_by_id(guest->npi.kvm, i);
		if (vcpu && is_on(vcpu))
			return i;
	}
	return 0;
}

static enum vffa_trace_npi signal_locked(struct vffa_npi *npi, unsigned int vcpu)
{
	struct eventfd_ctx *eventfd = npi->targets[vcpu].eventfd;

	if (!eventfd)
		return VFFA_TRACE_WAITS;
	eventfd_signal(eventfd);
	return VFFA_TRACE_EVENTFD;
}

static enum vffa_trace_npi inject_locked(struct vffa_npi *npi, unsigned int i,
					 struct vffa_npi_target *target)
{
	struct kvm_vcpu *vcpu = npi->kvm ? kvm_get_vcpu_by_id(npi->kvm, i) : NULL;

	target->sent_to = vcpu && inject(vcpu, npi->intid) ? vcpu : NULL;
	return target->sent_to ? VFFA_TRACE_INJECTED : VFFA_TRACE_WAITS;
}

static void deliver_locked(struct vffa_guest *guest, unsigned int i)
{
	struct vffa_npi *npi = &guest->npi;
	struct vffa_npi_target *target = &npi->targets[i];
	enum vffa_trace_npi what;

	if (i == index_of_any(guest))
		i = choose_vcpu_locked(guest, target->nr_tries++);
	what = npi->by_eventfd ? signal_locked(npi, i) : inject_locked(npi, i, target);
	trace_vffa_npi(&guest->vm, i, npi->intid, what);
}

/*
 * What is pending in the vGIC arrives, even at a vCPU that is off, when it is on again. But that one
 * of many shall take does not wait for it. And KVM's PPIs are levels: one that is made pending while the
 * guest is at work on it is forgotten when that ends.
 */
static bool may_be_lost(const struct vffa_guest *guest, unsigned int i)
{
	struct kvm_vcpu *sent_to = guest->npi.targets[i].sent_to;

	return guest->npi.by_eventfd || guest->npi.intid >= NR_SGIS || !sent_to ||
	       (i == index_of_any(guest) && !is_on(sent_to));
}

static bool is_told(const struct vffa_guest *guest, unsigned int i)
{
	return vffa_vm_is_told(&guest->vm, i == index_of_any(guest) ? VFFA_VCPU_ANY : i);
}

static void arm_locked(struct vffa_npi *npi)
{
	schedule_delayed_work(&npi->again, npi->delay);
}

static void raise_locked(struct vffa_guest *guest, unsigned int i)
{
	struct vffa_npi *npi = &guest->npi;

	npi->targets[i].due = true;
	npi->targets[i].nr_tries = 0;
	deliver_locked(guest, i);
	npi->delay = npi->by_eventfd ? FIRST_DELAY_EVENTFD : FIRST_DELAY_KERNEL;
	arm_locked(npi);
}

void vffa_npi_raise(struct vffa_guest *guest, u16 vcpu)
{
	spin_lock(&guest->npi.lock);
	if (!guest->npi.closed)
		raise_locked(guest, vcpu == VFFA_VCPU_ANY ? index_of_any(guest) : vcpu);
	spin_unlock(&guest->npi.lock);
}

/* Return: is anything still due? */
static bool deliver_due_locked(struct vffa_guest *guest)
{
	struct vffa_npi_target *target = guest->npi.targets;
	bool any = false;
	unsigned int i;

	for (i = 0; i <= index_of_any(guest); i++, target++) {
		if (!target->due)
			continue;
		target->due = is_told(guest, i);
		if (target->due && may_be_lost(guest, i))
			deliver_locked(guest, i);
		any |= target->due;
	}
	return any;
}

static void raise_again(struct work_struct *work)
{
	struct vffa_npi *npi = container_of(to_delayed_work(work), struct vffa_npi, again);
	struct vffa_guest *guest = container_of(npi, struct vffa_guest, npi);

	spin_lock(&npi->lock);
	if (!npi->closed && deliver_due_locked(guest)) {
		npi->delay = min_t(unsigned long, 2 * npi->delay, MAX_DELAY);
		arm_locked(npi);
	}
	spin_unlock(&npi->lock);
}

bool vffa_npi_fits(const struct vffa_guest *guest, const struct kvm *kvm)
{
	return !guest->npi.intid || !is_timer(kvm, guest->npi.intid);
}

void vffa_npi_bind(struct vffa_guest *guest, struct kvm *kvm)
{
	if (!guest->npi.intid)
		return;
	spin_lock(&guest->npi.lock);
	guest->npi.kvm = kvm;
	deliver_due_locked(guest);
	spin_unlock(&guest->npi.lock);
}

static struct eventfd_ctx *swap_eventfd(struct vffa_guest *guest, unsigned int i,
					struct eventfd_ctx *eventfd)
{
	struct vffa_npi *npi = &guest->npi;

	spin_lock(&npi->lock);
	swap(npi->targets[i].eventfd, eventfd);
	deliver_due_locked(guest);
	spin_unlock(&npi->lock);

	return eventfd;
}

static void put_eventfd(struct eventfd_ctx *eventfd)
{
	if (eventfd)
		eventfd_ctx_put(eventfd);
}

int vffa_npi_set_eventfd(struct vffa_guest *guest, u32 vcpu, int fd)
{
	struct eventfd_ctx *eventfd = NULL;

	if (!guest->npi.intid || !guest->npi.by_eventfd || vcpu >= guest->vm.nr_vcpus)
		return -EINVAL;
	vcpu = array_index_nospec(vcpu, guest->vm.nr_vcpus);
	if (fd != -1)
		eventfd = eventfd_ctx_fdget(fd);
	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	put_eventfd(swap_eventfd(guest, vcpu, eventfd));

	return 0;
}

void vffa_npi_forget(struct vffa_guest *guest)
{
	unsigned int i;

	if (!guest->npi.intid)
		return;
	spin_lock(&guest->npi.lock);
	for (i = 0; i <= index_of_any(guest); i++)
		guest->npi.targets[i].due = false;
	spin_unlock(&guest->npi.lock);
}

/* No ioctl runs any more that could set an eventfd. */
void vffa_npi_close(struct vffa_guest *guest)
{
	unsigned int i;

	if (!guest->npi.intid)
		return;
	spin_lock(&guest->npi.lock);
	guest->npi.closed = true;
	guest->npi.kvm = NULL;
	spin_unlock(&guest->npi.lock);

	for (i = 0; i < guest->vm.nr_vcpus; i++)
		put_eventfd(guest->npi.targets[i].eventfd);
}

int vffa_npi_init(struct vffa_guest *guest, u16 nr_vcpus, u32 intid, bool by_eventfd)
{
	struct vffa_npi *npi = &guest->npi;

	spin_lock_init(&npi->lock);
	INIT_DELAYED_WORK(&npi->again, raise_again);
	if (!intid)
		return 0;
	npi->intid = intid;
	npi->by_eventfd = by_eventfd;
	npi->targets = kvcalloc(nr_vcpus + 1u, sizeof(*npi->targets), GFP_KERNEL_ACCOUNT);

	return npi->targets ? 0 : -ENOMEM;
}

void vffa_npi_fini(struct vffa_guest *guest)
{
	cancel_delayed_work_sync(&guest->npi.again);
	kvfree(guest->npi.targets);
}
