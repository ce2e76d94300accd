/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * /dev/vffa: an FF-A instance for a KVM virtual machine.
 *
 * A VMM opens /dev/vffa, creates a VM (an anonymous file descriptor), declares the guest's memory,
 * and binds its KVM VM. From then on the guest's FF-A calls are served in the kernel, in the thread
 * that called KVM_RUN. Closing the last descriptor of a VM ends its FF-A life.
 *
 * Every structure has the same layout for 32- and 64-bit callers; fields named "pad" and undefined
 * flags must be zero (EINVAL). All ioctls of a VM are for the process that created it (EIO
 * elsewhere). docs/uapi.md describes each in full.
 */
#ifndef _UAPI_LINUX_VFFA_H
#define _UAPI_LINUX_VFFA_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VFFA_API_VERSION 1

#define VFFA_IOC_MAGIC 0xFA

/* struct vffa_info.flags */
#define VFFA_INFO_SPMC	   (1u << 0) /* there is a secure partition manager */
#define VFFA_INFO_KVM_HOOK (1u << 1) /* VFFA_VM_BIND_KVM works on this kernel */
#define VFFA_INFO_NOTIFICATIONS (1u << 2) /* VMs can have them from partitions */

/**
 * struct vffa_info - what this host offers
 * @api_version:  out: VFFA_API_VERSION
 * @flags:	  out: VFFA_INFO_*
 * @ffa_version:  out: highest version a guest may negotiate: major << 16 | minor
 * @spmc_version: out: version spoken with the SPMC; 0 without one
 * @spmc_id:	  out: the SPMC's endpoint id
 * @nr_partitions: out: secure partitions, an entry per UUID
 * @max_vcpus:	  out: per VM
 */
struct vffa_info {
	__u32 api_version;
	__u32 flags;
	__u32 ffa_version;
	__u32 spmc_version;
	__u16 spmc_id;
	__u16 nr_partitions;
	__u32 max_vcpus;
	__u32 pad[2];
};

/**
 * struct vffa_vm_limits - how much of memory management a VM may use
 * @handles:	  shares, lends and donations at a time
 * @fragmented:	  those of them whose descriptors have not arrived completely
 * @fragment_ms:  how long the next fragment of one may take
 * @pieces:	  ranges of one lend or donation: the VMM has to revoke each
 * @pinned_pages: of 4 KiB, its RX/TX buffers included
 * @pad:	  zero
 *
 * All in; 0 = as much as the administrator allows.
 */
struct vffa_vm_limits {
	__u32 handles;
	__u32 fragmented;
	__u32 fragment_ms;
	__u32 pieces;
	__u32 pinned_pages;
	__u32 pad[3];
};

/* struct vffa_create_vm.flags */
#define VFFA_CREATE_MAY_DONATE (1u << 0) /* pages may go to partitions for good */
#define VFFA_CREATE_PARTITIONS (1u << 1) /* the VM sees no partitions but those that are listed */
#define VFFA_CREATE_NPI_EVENTFD (1u << 2) /* the VMM injects @npi: VFFA_VM_SET_NPI_EVENTFD */

#define VFFA_MAX_CREATE_PARTITIONS 64

/**
 * struct vffa_create_vm - a new VM
 * @flags:    in: VFFA_CREATE_*
 * @nr_vcpus: in: 1 to max_vcpus; the KVM VM's vCPUs have the indices below it
 * @id:	      out: its FF-A endpoint id
 * @npi:      in: INTID of its notification pending interrupt, an SGI (8 to 15) or a PPI (16 to 31, but
 *	      no timer's: 26 to 30); 0 = it has no notifications
 * @nr_partitions: in: with VFFA_CREATE_PARTITIONS, 0 to VFFA_MAX_CREATE_PARTITIONS; else 0
 * @partitions: in: address of that many UUIDs, 16 bytes each in the order of their text; else 0
 * @limits:   in
 */
struct vffa_create_vm {
	__u32 flags;
	__u32 nr_vcpus;
	__u16 id;
	__u16 npi;
	__u32 nr_partitions;
	__u64 partitions;
	struct vffa_vm_limits limits;
};

/**
 * struct vffa_bind_kvm - whose calls to serve
 * @kvm_fd: in: file descriptor of the KVM VM
 * @flags:  in: 0
 */
struct vffa_bind_kvm {
	__s32 kvm_fd;
	__u32 flags;
};

/**
 * struct vffa_npi_eventfd - how the VMM learns that a vCPU is to get its notification pending interrupt
 * @vcpu:  in: index
 * @fd:    in: an eventfd; -1 = none any more
 * @flags: in: 0
 * @pad:   zero
 *
 * For a VM created with VFFA_CREATE_NPI_EVENTFD.
 */
struct vffa_npi_eventfd {
	__u32 vcpu;
	__s32 fd;
	__u32 flags;
	__u32 pad;
};

/* struct vffa_memory.flags */
#define VFFA_MEM_READONLY (1u << 0) /* the guest cannot write it */

#define VFFA_MAX_SLOTS 128

/**
 * struct vffa_memory - one slot of the guest's memory, as given to KVM_SET_USER_MEMORY_REGION
 * @slot:      in: 0 to VFFA_MAX_SLOTS - 1
 * @flags:     in: VFFA_MEM_*
 * @guest_phys_addr, @size, @userspace_addr: in: bytes, page-aligned. @size 0 removes the slot
 *
 * Only RAM that guests may use for FF-A belongs here.
 */
struct vffa_memory {
	__u32 slot;
	__u32 flags;
	__u64 guest_phys_addr;
	__u64 size;
	__u64 userspace_addr;
};

/* struct vffa_call_regs.flags and struct vffa_resume_call.flags */
#define VFFA_CALL_AARCH32 (1u << 0) /* in: the caller runs in AArch32 */
#define VFFA_CALL_PARKED  (1u << 1) /* out: the call waits for VFFA_VM_RESUME; regs unchanged */

/**
 * struct vffa_call_regs - one call on behalf of a vCPU
 * @vcpu:  in: index
 * @flags: in and out: VFFA_CALL_*
 * @regs:  in and out: x0 to x17
 */
struct vffa_call_regs {
	__u32 vcpu;
	__u32 flags;
	__u64 regs[18];
};

/**
 * struct vffa_resume_call - finish a parked call
 * @vcpu:   in: index
 * @flags:  out: VFFA_CALL_PARKED when the VMM is needed once more
 * @result: in: 0, or the negated errno why the VMM could not do its part
 * @pad:    zero
 * @regs:   in: x0 to x17 as they were at the call; out: what the guest reads next
 *
 * ENOENT: no call of this vCPU is parked (the exit is somebody else's).
 */
struct vffa_resume_call {
	__u32 vcpu;
	__u32 flags;
	__s32 result;
	__u32 pad;
	__u64 regs[18];
};

/* struct vffa_parked_call.op */
#define VFFA_PARKED_REVOKE                                                                         \
	1 /* take the ranges away from the guest: they are to be lent or donated */
#define VFFA_PARKED_RESTORE 2 /* give them back to the guest */

/**
 * struct vffa_guest_range - a range of guest memory
 * @guest_phys_addr, @size: bytes, multiples of 4096
 */
struct vffa_guest_range {
	__u64 guest_phys_addr;
	__u64 size;
};

/**
 * struct vffa_parked_call - what a parked call asks of the VMM
 * @vcpu:      in: index
 * @op:	       out: VFFA_PARKED_*
 * @nr_ranges: out: how many ranges it is about
 * @first:     in: index of the first that is wanted
 * @max:       in: entries of @ranges; out: how many were written
 * @pad:       zero
 * @ranges:    in: address of an array of struct vffa_guest_range
 *
 * The ranges do not overlap and have no order. They stay the same until the call is resumed.
 */
struct vffa_parked_call {
	__u32 vcpu;
	__u32 op;
	__u32 nr_ranges;
	__u32 first;
	__u32 max;
	__u32 pad;
	__u64 ranges;
};

/* struct vffa_vm_info.state */
#define VFFA_VM_STATE_READY    0
#define VFFA_VM_STATE_STOPPING 1 /* reset under way, or in quarantine */
#define VFFA_VM_STATE_STOPPED  2

/**
 * struct vffa_vm_info - a VM as the relay sees it
 * @ffa_version:  out: negotiated by the guest; 0 = not yet
 * @state:	  out: VFFA_VM_STATE_*
 * @id:		  out: endpoint id
 * @nr_vcpus:	  out
 * @pinned_pages: out: 4 KiB pages charged to this VM
 */
struct vffa_vm_info {
	__u32 ffa_version;
	__u32 state;
	__u16 id;
	__u16 nr_vcpus;
	__u32 pad;
	__u64 pinned_pages;
};

/* struct vffa_status.flags */
#define VFFA_STATUS_POLICY (1u << 0) /* there is a policy; else every VM may see everything */

/* struct vffa_status.offers: what the SPMC offers to the normal world */
#define VFFA_OFFERS_SPM_ID_GET (1u << 0)
#define VFFA_OFFERS_DIRECT_32  (1u << 1)
#define VFFA_OFFERS_DIRECT_64  (1u << 2)
#define VFFA_OFFERS_DIRECT2    (1u << 3)
#define VFFA_OFFERS_INFO_REGS  (1u << 4) /* FFA_PARTITION_INFO_GET_REGS */
#define VFFA_OFFERS_SHARE      (1u << 5)
#define VFFA_OFFERS_LEND       (1u << 6)
#define VFFA_OFFERS_DONATE     (1u << 7)
#define VFFA_OFFERS_NOTIF      (1u << 8) /* notifications, and the interrupt that tells of them */
#define VFFA_OFFERS_INDIRECT   (1u << 9) /* indirect messages of VMs */
#define VFFA_OFFERS_RETRIEVE   (1u << 11) /* memory of partitions for VMs */
#define VFFA_OFFERS_LOOK_UP    (1u << 12) /* of transactions, by the hypervisor */

/**
 * struct vffa_status - the relay of this host, and what is used of its limits
 * @flags:	  out: VFFA_STATUS_*
 * @offers:	  out: VFFA_OFFERS_*
 * @nr_vms:	  out: VMs, those in quarantine included
 * @nr_hidden:	  out: entries of the SPMC's list that are not served
 * @pages:	  out: 4 KiB pages pinned for all VMs
 * @max_pages, @max_user_pages, @max_vm_pages: out: limits: in all, of one user, of one VM
 * @max_user_vms: out: limit: VMs of one user
 * @quirks:	  out: known defects of the SPMC that are worked around: bit n is the relay's quirk n
 */
struct vffa_status {
	__u32 flags;
	__u32 offers;
	__u32 nr_vms;
	__u32 nr_hidden;
	__u64 pages;
	__u64 max_pages;
	__u64 max_user_pages;
	__u64 max_vm_pages;
	__u32 max_user_vms;
	__u32 quirks;
};

/**
 * struct vffa_partition - an entry of the relay's list of partitions
 * @index:	 in: below nr_partitions of struct vffa_info
 * @props:	 out: FF-A partition properties, as the hypervisor is told
 * @id:		 out: endpoint id
 * @nr_contexts: out: execution contexts
 * @pad:	 zero
 * @uuid:	 out: bytes in the order of the text; zero = the SPMC does not say
 */
struct vffa_partition {
	__u32 index;
	__u32 props;
	__u16 id;
	__u16 nr_contexts;
	__u32 pad;
	__u8 uuid[16];
};

/* struct vffa_vm_status.flags */
#define VFFA_VM_STATUS_BOUND  (1u << 0) /* to a KVM VM */
#define VFFA_VM_STATUS_CLOSED (1u << 1) /* its VMM has let go of it */
#define VFFA_VM_STATUS_HELD_NOTIF (1u << 2) /* the SPMC does not let go of its notifications */
#define VFFA_VM_STATUS_HOST	  (1u << 3) /* no VM: the endpoint of the host's own drivers */

/* struct vffa_vm_status.rx_state */
#define VFFA_RX_NONE 0 /* no buffers */
#define VFFA_RX_FREE 1
#define VFFA_RX_FULL 2 /* the guest has yet to release it */

#define VFFA_NR_CALL_COUNTS  64
#define VFFA_NR_ERROR_COUNTS 16

/**
 * struct vffa_vm_status - all about a VM
 * @id:		  in: find the VM with the lowest id that is not below this; out: its id
 * @nr_vcpus:	  out
 * @state:	  out: VFFA_VM_STATE_*
 * @flags:	  out: VFFA_VM_STATUS_*
 * @ffa_version:  out: negotiated by the guest; 0 = not yet
 * @pid:	  out: process that created it, in the caller's name space; 0 = not there
 * @uid:	  out: user it is charged to
 * @comm:	  out: name of that process, then
 * @rx_state:	  out: VFFA_RX_*
 * @buffer_pages: out: 4 KiB pages of each buffer
 * @pages:	  out: 4 KiB pages pinned for it
 * @user_pages:	  out: the same for all VMs of that user
 * @user_vms:	  out: VMs of that user
 * @held_tries:	  out: how often partitions refused to let go of it; 0 = not in quarantine
 * @held_ns:	  out: since the first of them
 * @held_runs:	  out: partition contexts in which something of it still runs
 * @held_partitions: out: partitions that have not taken note of its end
 * @held_handles: out: memory transactions that are not back
 * @max_pages:	  out: limit of @pages
 * @handles:	  out: memory transactions
 * @max_handles:  out: limit of @handles
 * @fragmented:	  out: of @handles, those of which fragments are outstanding
 * @max_fragmented: out: limit of @fragmented
 * @inside:	  out: calls of it under way in the kernel
 * @active:	  out: partition contexts that are at work for it
 * @stopped:	  out: partition contexts that its guest has to resume by FFA_RUN
 * @parked:	  out: calls that wait for its VMM
 * @visible:	  out: bit n: it may see the partition with index n
 * @calls:	  out: calls answered since it was created or reset, by function: 0x60 + n; the last
 *		  stands for all functions from there on
 * @failed:	  out: of those, answered with FFA_ERROR
 * @errors:	  out: the same by error: code -n
 * @preempted:	  out: calls answered with FFA_INTERRUPT
 */
struct vffa_vm_status {
	__u16 id;
	__u16 nr_vcpus;
	__u32 state;
	__u32 flags;
	__u32 ffa_version;
	__s32 pid;
	__u32 uid;
	char comm[16];
	__u32 rx_state;
	__u32 buffer_pages;
	__u64 pages;
	__u64 user_pages;
	__u32 user_vms;
	__u32 held_tries;
	__u64 held_ns;
	__u32 held_runs;
	__u32 held_partitions;
	__u32 held_handles;
	__u32 max_pages;
	__u32 handles;
	__u32 max_handles;
	__u32 fragmented;
	__u32 max_fragmented;
	__u32 inside;
	__u32 active;
	__u32 stopped;
	__u32 parked;
	__u64 visible[2];
	__u64 calls[VFFA_NR_CALL_COUNTS];
	__u64 failed[VFFA_NR_CALL_COUNTS];
	__u64 errors[VFFA_NR_ERROR_COUNTS];
	__u64 preempted;
};

#define VFFA_MAX_POLICY_RULES 256

/* struct vffa_policy_rule.flags */
#define VFFA_POLICY_ALLOW (1u << 0) /* the partition may be seen; else it is hidden */

/* struct vffa_policy_rule.who */
#define VFFA_POLICY_ALL	  0
#define VFFA_POLICY_USER  1
#define VFFA_POLICY_GROUP 2

/**
 * struct vffa_policy_rule - what VMs of certain users may see
 * @flags: VFFA_POLICY_ALLOW
 * @who:   VFFA_POLICY_ALL, _USER or _GROUP
 * @id:	   of the user or group that creates the VM; else 0
 * @pad:   zero
 * @uuid:  of the partition; zero = all partitions
 */
struct vffa_policy_rule {
	__u32 flags;
	__u32 who;
	__u32 id;
	__u32 pad;
	__u8 uuid[16];
};

/**
 * struct vffa_policy - the administrator's policy
 * @flags:    zero; out of VFFA_GET_POLICY: VFFA_STATUS_POLICY
 * @nr_rules: of @rules; VFFA_GET_POLICY: in: room there, out: how many there are
 * @rules:    address of an array of struct vffa_policy_rule
 *
 * The first rule that fits both a VM's creator and a partition decides; what none fits is hidden.
 */
struct vffa_policy {
	__u32 flags;
	__u32 nr_rules;
	__u64 rules;
};

#define VFFA_MAX_WINDOW (1ull << 30)

/**
 * struct vffa_window - guest addresses for memory that partitions give the VM
 * @guest_phys_addr: in: page-aligned; in none of the VM's slots of memory
 * @size:	     in: bytes, page-aligned, to VFFA_MAX_WINDOW
 *
 * Mapping all of the VM's descriptor then, by mmap() with MAP_SHARED and offset 0, gives the memory to
 * set as a slot of KVM there. What the relay has not put into it faults.
 */
struct vffa_window {
	__u64 guest_phys_addr;
	__u64 size;
};

/* On /dev/vffa */
#define VFFA_GET_INFO  _IOR(VFFA_IOC_MAGIC, 0x00, struct vffa_info)
#define VFFA_CREATE_VM _IOWR(VFFA_IOC_MAGIC, 0x01, struct vffa_create_vm) /* returns the VM's fd */

#define VFFA_GET_STATUS	   _IOR(VFFA_IOC_MAGIC, 0x02, struct vffa_status)
#define VFFA_GET_PARTITION _IOWR(VFFA_IOC_MAGIC, 0x03, struct vffa_partition)
#define VFFA_FIND_VM	   _IOWR(VFFA_IOC_MAGIC, 0x04, struct vffa_vm_status)
#define VFFA_SET_POLICY	   _IOW(VFFA_IOC_MAGIC, 0x05, struct vffa_policy)  /* CAP_SYS_ADMIN */
#define VFFA_GET_POLICY	   _IOWR(VFFA_IOC_MAGIC, 0x06, struct vffa_policy) /* CAP_SYS_ADMIN */

/* On a VM */
#define VFFA_VM_GET_INFO   _IOR(VFFA_IOC_MAGIC, 0x10, struct vffa_vm_info)
#define VFFA_VM_SET_MEMORY _IOW(VFFA_IOC_MAGIC, 0x11, struct vffa_memory)
#define VFFA_VM_BIND_KVM   _IOW(VFFA_IOC_MAGIC, 0x12, struct vffa_bind_kvm)
#define VFFA_VM_CALL	   _IOWR(VFFA_IOC_MAGIC, 0x13, struct vffa_call_regs)
#define VFFA_VM_RESUME	   _IOWR(VFFA_IOC_MAGIC, 0x14, struct vffa_resume_call)
#define VFFA_VM_RESET	   _IO(VFFA_IOC_MAGIC, 0x15)
#define VFFA_VM_GET_EXIT   _IOWR(VFFA_IOC_MAGIC, 0x16, struct vffa_parked_call)

#define VFFA_VM_SET_WINDOW	_IOW(VFFA_IOC_MAGIC, 0x1A, struct vffa_window) /* once */
#define VFFA_VM_SET_NPI_EVENTFD _IOW(VFFA_IOC_MAGIC, 0x17, struct vffa_npi_eventfd)

#endif /* _UAPI_LINUX_VFFA_H */
