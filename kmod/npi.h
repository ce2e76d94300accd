/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The notification pending interrupt (NPI) of a guest: how its vCPUs learn that there is something to
 * fetch by FFA_NOTIFICATION_GET. From here into KVM's vGIC, or by eventfd through the VMM.
 */
#ifndef VFFA_KMOD_NPI_H
#define VFFA_KMOD_NPI_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct eventfd_ctx;
struct kvm;
struct kvm_vcpu;
struct vffa_guest;

/**
 * struct vffa_npi_target - one vCPU, or "any"
 * @eventfd: to be signalled; NULL = none yet
 * @due:     raised, and the guest may not have looked since
 * @nr_tries: deliveries since it was raised
 * @sent_to: the vCPU it was injected into; NULL = none yet
 */
struct vffa_npi_target {
	struct eventfd_ctx *eventfd;
	bool due;
	unsigned int nr_tries;
	struct kvm_vcpu *sent_to;
};

/**
 * struct vffa_npi - a guest's NPI
 * @intid:   of the interrupt; 0 = this guest has none. Fixed, like @by_eventfd
 * @by_eventfd: the VMM injects it; else we do
 * @lock:    all below
 * @kvm:     where to inject, held by guest->kvm_file; NULL = not bound
 * @targets: the guest's vCPUs, then "any"; NULL without @intid
 * @again:   raises anew what is due and cannot have arrived, or may not have
 * @delay:   until @again, in jiffies
 * @closed:  the guest's descriptor is gone
 */
struct vffa_npi {
	u32 intid;
	bool by_eventfd;
	spinlock_t lock;
	struct kvm *kvm;
	struct vffa_npi_target *targets;
	struct delayed_work again;
	unsigned long delay;
	bool closed;
};

/**
 * vffa_npi_is_possible() - can an interrupt be a guest's NPI
 * @intid: any value
 *
 * SGIs 0 to 7 are Linux's own, and the architecture has PPIs for timers, which KVM makes a vCPU see
 * in the host's timer: a write to one of those would reach the host.
 */
static inline bool vffa_npi_is_possible(u32 intid)
{
	switch (intid) {
	case 26: /* hypervisor's physical timer */
	case 27: /* virtual timer */
	case 28: /* hypervisor's virtual timer */
	case 29: /* secure physical timer */
	case 30: /* physical timer */
		return false;
	default:
		return intid >= 8 && intid < 32;
	}
}

/**
 * vffa_npi_init() - a guest's NPI, before the guest can be found by anybody
 * @guest:	guest->vm.nr_vcpus is not known yet
 * @nr_vcpus:	of the guest
 * @intid:	possible; 0 = none
 * @by_eventfd: the VMM injects it
 *
 * Return: 0 or -ENOMEM.
 */
int __must_check vffa_npi_init(struct vffa_guest *guest, u16 nr_vcpus, u32 intid, bool by_eventfd);

/** vffa_npi_fini() - the end, when nobody can find the guest any more; may sleep */
void vffa_npi_fini(struct vffa_guest *guest);

/**
 * vffa_npi_raise() - struct vffa_port_ops.npi
 * @guest: has an NPI
 * @vcpu:  index, or VFFA_VCPU_ANY: the first that is on
 *
 * It stays due until the guest calls FFA_NOTIFICATION_GET there. Until then it is raised again when a
 * way to the guest appears, when the vCPU that was chosen has gone off, and, by eventfd, now and then.
 *
 * Context: of a process; may not sleep. No lock of the vGIC is held.
 */
void vffa_npi_raise(struct vffa_guest *guest, u16 vcpu);

/**
 * vffa_npi_fits() - has a KVM VM no other use for the guest's NPI
 * @guest: any
 * @kvm:   held
 *
 * Return: true; false = the VMM gave the interrupt to a timer.
 */
bool __must_check vffa_npi_fits(const struct vffa_guest *guest, const struct kvm *kvm);

/**
 * vffa_npi_bind() - the guest's KVM VM is known
 * @guest: the caller holds guest->setup
 * @kvm:   held until vffa_npi_close()
 *
 * What is due is raised at once.
 */
void vffa_npi_bind(struct vffa_guest *guest, struct kvm *kvm);

/**
 * vffa_npi_set_eventfd() - where to tell the VMM
 * @guest: its descriptor is open
 * @vcpu:  from user space, any value
 * @fd:	   from user space; -1 = nowhere
 *
 * What is due there is signalled at once.
 *
 * Return: 0; -EINVAL no such vCPU, or the guest's NPI does not go by eventfd, or @fd is something
 * else; -EBADF.
 */
int __must_check vffa_npi_set_eventfd(struct vffa_guest *guest, u32 vcpu, int fd);

/** vffa_npi_forget() - nothing is due: the guest begins anew */
void vffa_npi_forget(struct vffa_guest *guest);

/** vffa_npi_close() - the descriptor goes: let go of KVM and of eventfds; raise nothing more */
void vffa_npi_close(struct vffa_guest *guest);

#endif /* VFFA_KMOD_NPI_H */
