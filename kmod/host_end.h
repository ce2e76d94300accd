/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's own endpoint: FF-A for the host's drivers, which vffa-bus.ko gives them on the kernel's
 * arm_ffa bus. To the relay it is one more VM, with an id of its own, and makes calls like one.
 *
 * This is all that vffa-bus.ko sees of vffa.ko.
 */
#ifndef VFFA_KMOD_HOST_END_H
#define VFFA_KMOD_HOST_END_H

#include <linux/types.h>

#include <vffa/regs.h>

/* vffa_host_open(): at no CPU in particular. */
#define VFFA_HOST_ANY_CPU 0xFFFFu

/**
 * struct vffa_host_part - a partition
 * @id:		 endpoint id
 * @nr_contexts: execution contexts
 * @props:	 as FF-A 1.2 has them
 * @uuid:	 in the order in which a UUID is written; zero = the SPMC does not tell
 */
struct vffa_host_part {
	u16 id;
	u16 nr_contexts;
	u32 props;
	u8 uuid[16];
};

/**
 * vffa_host_open() - bring the endpoint up
 * @npi: called when it has notifications pending, with the index of a CPU that they are for, or
 *	 VFFA_HOST_ANY_CPU; may not sleep. Not called any more when vffa_host_close() has returned
 *
 * Context: may sleep; runs partition code.
 * Return: 0: to be undone with vffa_host_close(); -EBUSY it is up already; else as vffa_guest_create():
 * -ENOSPC a partition takes no further endpoint; -EUSERS, -ENOMEM, -EIO.
 */
int __must_check vffa_host_open(void (*npi)(u16 cpu));

/**
 * vffa_host_close() - end it: no call is under way, nor begins
 *
 * What a partition does not give back stays in quarantine, like a VM's.
 */
void vffa_host_close(void);

/** vffa_host_id() - its endpoint id; it is up */
u16 vffa_host_id(void);

/**
 * vffa_host_call() - one FF-A call, at the NS virtual instance
 * @regs: in: x0-x17; out: the answer
 *
 * Memory that is lent is not taken from the host's kernel: the caller does not touch it.
 *
 * Context: may sleep; it is up; runs partition code.
 * Return: 0: what became of the call is in @regs; -ESHUTDOWN it takes no calls.
 */
int __must_check vffa_host_call(struct vffa_regs *regs);

/**
 * vffa_host_partition() - a partition that it sees
 * @index: from 0 on; one with several UUIDs has as many entries
 * @part:  out
 *
 * Return: true; false = there are no more.
 */
bool __must_check vffa_host_partition(u16 index, struct vffa_host_part *part);

/** vffa_host_raise() - struct vffa_port_ops.npi, of the host's own endpoint */
void vffa_host_raise(u16 vcpu);

#endif /* VFFA_KMOD_HOST_END_H */
