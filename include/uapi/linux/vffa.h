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

/**
 * struct vffa_create_vm - a new VM
 * @flags:    in: VFFA_CREATE_*
 * @nr_vcpus: in: 1 to max_vcpus; the KVM VM's vCPUs have the indices below it
 * @id:	      out: its FF-A endpoint id
 * @pad:      zero
 * @limits:   in
 */
struct vffa_create_vm {
	__u32 flags;
	__u32 nr_vcpus;
	__u16 id;
	__u16 pad[3];
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

/* On /dev/vffa */
#define VFFA_GET_INFO  _IOR(VFFA_IOC_MAGIC, 0x00, struct vffa_info)
#define VFFA_CREATE_VM _IOWR(VFFA_IOC_MAGIC, 0x01, struct vffa_create_vm) /* returns the VM's fd */

/* On a VM */
#define VFFA_VM_GET_INFO   _IOR(VFFA_IOC_MAGIC, 0x10, struct vffa_vm_info)
#define VFFA_VM_SET_MEMORY _IOW(VFFA_IOC_MAGIC, 0x11, struct vffa_memory)
#define VFFA_VM_BIND_KVM   _IOW(VFFA_IOC_MAGIC, 0x12, struct vffa_bind_kvm)
#define VFFA_VM_CALL	   _IOWR(VFFA_IOC_MAGIC, 0x13, struct vffa_call_regs)
#define VFFA_VM_RESUME	   _IOWR(VFFA_IOC_MAGIC, 0x14, struct vffa_resume_call)
#define VFFA_VM_RESET	   _IO(VFFA_IOC_MAGIC, 0x15)

#endif /* _UAPI_LINUX_VFFA_H */
