/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libvffa: FF-A for the virtual machines of a VMM, over /dev/vffa.
 *
 * One function per ioctl of <linux/vffa.h>, plus what every KVM user needs around them. What a
 * guest says and hears is not here: that is between the guest and the relay in the kernel.
 *
 * Conventions, not repeated below:
 *
 * - A function that can fail returns 0 or a negated errno value. The library never touches
 *   errno, never prints, never ends the process, and has no global state.
 * - Option structures begin with @size, their sizeof where the caller was compiled: fields added
 *   by newer libraries then read as zero, and are not written. A @size below the first version
 *   is -EINVAL; non-zero bytes behind what this library knows are -E2BIG.
 * - Any thread may call any function, at the same time as others do, with one exception: closing
 *   or destroying a handle must be the last use of it.
 * - A VM belongs to the process that created it. In a forked child its functions give -EIO.
 * - All descriptors are close-on-exec.
 */
#ifndef LIBVFFA_H
#define LIBVFFA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* The relay of this host. */
struct libvffa;
/* The FF-A side of one virtual machine. */
struct libvffa_vm;

struct kvm_run;

/* x0 to x17: what an SMCCC 1.2 call carries. */
#define LIBVFFA_NR_REGS 18

/**
 * struct libvffa_options - how to reach the relay
 * @size: sizeof(struct libvffa_options)
 * @path: device file; NULL = /dev/vffa
 */
struct libvffa_options {
	size_t size;
	const char *path;
};

/**
 * libvffa_open() - connect to the relay
 * @options: NULL = defaults
 * @out:     the handle; the caller closes it with libvffa_close()
 *
 * Return: 0;
 * -ENOENT or -ENODEV: vffa.ko is not loaded: load it;
 * -EACCES or -EPERM: the caller may not use the device (0600 by default): ask the administrator;
 * -EPROTONOSUPPORT: the module speaks another version of the contract: update the older of the two;
 * -ENOTTY: @path is some other device;
 * -EMFILE, -ENFILE, -ENOMEM: out of descriptors or memory.
 */
int libvffa_open(const struct libvffa_options *options, struct libvffa **out);

/**
 * libvffa_close() - disconnect
 * @ctx: NULL is allowed
 *
 * VMs created through @ctx live on.
 */
void libvffa_close(struct libvffa *ctx);

/* struct libvffa_info.flags */
#define LIBVFFA_INFO_SPMC     (1u << 0) /* there is a secure partition manager */
#define LIBVFFA_INFO_KVM_HOOK (1u << 1) /* libvffa_vm_bind_kvm() works on this kernel */

/**
 * struct libvffa_info - what the host offers
 * @size:	   sizeof(struct libvffa_info)
 * @flags:	   LIBVFFA_INFO_*
 * @ffa_version:   highest FF-A version a guest may negotiate: major << 16 | minor
 * @spmc_version:  version spoken with the SPMC; 0 without one
 * @spmc_id:	   the SPMC's endpoint id
 * @nr_partitions: secure partitions, an entry per UUID
 * @max_vcpus:	   per VM
 */
struct libvffa_info {
	size_t size;
	uint32_t flags;
	uint32_t ffa_version;
	uint32_t spmc_version;
	uint16_t spmc_id;
	uint16_t nr_partitions;
	uint32_t max_vcpus;
};

/**
 * libvffa_get_info() - ask what the host offers
 * @ctx:  open
 * @info: out, but for @size
 *
 * Return: 0; -EINVAL: @size is too small.
 */
int libvffa_get_info(struct libvffa *ctx, struct libvffa_info *info);

/**
 * struct libvffa_vm_options - a VM to be
 * @size:     sizeof(struct libvffa_vm_options)
 * @nr_vcpus: 1 to libvffa_info.max_vcpus: all that the KVM VM will ever have
 */
struct libvffa_vm_options {
	size_t size;
	uint32_t nr_vcpus;
};

/**
 * libvffa_vm_create() - give a VM its place in the framework: an endpoint id
 * @ctx:     open; needed only during the call
 * @options: required
 * @out:     the handle; the caller ends it with libvffa_vm_destroy()
 *
 * Create the VM, declare its memory, bind it, and only then run vCPUs.
 *
 * Return: 0;
 * -EINVAL: @nr_vcpus is zero or too large;
 * -ENOSPC: the host, this user, or a secure partition can have no more VMs: end another one;
 * -EMFILE, -ENFILE, -ENOMEM: out of descriptors or memory;
 * any other: the relay could not prepare itself: see the kernel's log.
 */
int libvffa_vm_create(struct libvffa *ctx, const struct libvffa_vm_options *options,
		      struct libvffa_vm **out);

/**
 * libvffa_vm_destroy() - end a VM's FF-A life
 * @vm: NULL is allowed; no vCPU of it may be in KVM_RUN
 *
 * The relay goes on in the background with what partitions have not given back; their pages stay
 * pinned, and the id taken, for as long as that lasts. A process that dies has the same effect.
 */
void libvffa_vm_destroy(struct libvffa_vm *vm);

/**
 * libvffa_vm_id() - the VM's endpoint id
 * @vm: any
 *
 * Return: 1 to 0x7fff. It stays the same across libvffa_vm_reset().
 */
uint16_t libvffa_vm_id(const struct libvffa_vm *vm);

/* struct libvffa_vm_info.state */
#define LIBVFFA_STATE_READY    0
#define LIBVFFA_STATE_STOPPING 1 /* reset under way, or partitions hold something of it */
#define LIBVFFA_STATE_STOPPED  2

/**
 * struct libvffa_vm_info - a VM as the relay sees it
 * @size:	  sizeof(struct libvffa_vm_info)
 * @ffa_version:  negotiated by the guest: major << 16 | minor; 0 = not yet
 * @state:	  LIBVFFA_STATE_*
 * @id:		  as libvffa_vm_id()
 * @nr_vcpus:	  as created
 * @pinned_pages: 4 KiB pages charged to this VM
 */
struct libvffa_vm_info {
	size_t size;
	uint32_t ffa_version;
	uint32_t state;
	uint16_t id;
	uint16_t nr_vcpus;
	uint64_t pinned_pages;
};

/**
 * libvffa_vm_get_info() - look at a VM
 * @vm:	  any
 * @info: out, but for @size
 *
 * Return: 0; -EINVAL: @size is too small; -EIO: another process's VM.
 */
int libvffa_vm_get_info(struct libvffa_vm *vm, struct libvffa_vm_info *info);

/* struct libvffa_memory.flags */
#define LIBVFFA_MEM_READONLY (1u << 0) /* the guest cannot write it */

/**
 * struct libvffa_memory - one slot of guest memory, the same as given to KVM
 * @size:	     sizeof(struct libvffa_memory)
 * @slot:	     0 to 127, by the caller's choice
 * @flags:	     LIBVFFA_MEM_*
 * @guest_phys_addr: page-aligned
 * @len_bytes:	     page-aligned; 0 removes the slot
 * @addr:	     where the caller has it mapped; borrowed until the slot is removed or replaced
 *		     or the VM destroyed. The relay pins pages of it when the guest uses them for
 *		     FF-A, and not before
 */
struct libvffa_memory {
	size_t size;
	uint32_t slot;
	uint32_t flags;
	uint64_t guest_phys_addr;
	uint64_t len_bytes;
	void *addr;
};

/**
 * libvffa_vm_set_memory() - add, replace or remove a slot
 * @vm:	    any
 * @memory: RAM that the guest may use for FF-A; anonymous, memfd or hugetlb memory
 *
 * Return: 0;
 * -EINVAL: unknown slot or flags, or an address or length that is not page-aligned or wraps;
 * -EEXIST: overlaps another slot in guest addresses;
 * -ENOENT: the slot to remove does not exist;
 * -EBUSY: the guest has FF-A buffers or transactions in the slot: it must give them up, or
 *  libvffa_vm_reset() makes it;
 * -ENOMEM: out of memory;
 * -EIO: another process's VM.
 */
int libvffa_vm_set_memory(struct libvffa_vm *vm, const struct libvffa_memory *memory);

/**
 * libvffa_vm_bind_kvm() - serve a KVM VM's FF-A calls, HVC and SMC, inside KVM_RUN
 * @vm:	    not bound yet
 * @kvm_fd: from KVM_CREATE_VM; the caller keeps it. The index of a vCPU is what the VMM gives to
 *	    KVM_CREATE_VCPU. Only those below the declared number have FF-A
 *
 * The guest's SMCCC_VERSION is answered with 1.2 from then on. A binding lasts as long as the VM.
 *
 * Return: 0;
 * -EOPNOTSUPP: this kernel does not let the relay see KVM's calls: see libvffa_info.flags and the
 *  kernel's log;
 * -EBADF, -EINVAL: @kvm_fd is not a KVM VM;
 * -EBUSY: @vm is bound, or the KVM VM is bound to another;
 * -EIO: another process's VM.
 */
int libvffa_vm_bind_kvm(struct libvffa_vm *vm, int kvm_fd);

/* Flags of libvffa_vm_call() */
#define LIBVFFA_CALL_AARCH32 (1u << 0) /* the caller runs in AArch32 */

/**
 * libvffa_vm_call() - make an FF-A call on behalf of a vCPU
 * @vm:	   any; a bound one needs no such calls
 * @vcpu:  index of the vCPU; no other call of it may be under way
 * @flags: LIBVFFA_CALL_*
 * @regs:  in: x0 to x17; out: what the guest reads next
 *
 * What the relay thinks of the guest's call is in @regs, and not an error of this function. May
 * take as long as a partition runs.
 *
 * Return: 0: answered; 1: parked, @regs unchanged: finish it with libvffa_vm_resume();
 * -EINVAL: @vcpu or @flags out of range, or not an FF-A function in x0;
 * -EBUSY: a call of this vCPU is parked or under way;
 * -EINTR: a signal came before the call had any effect: call again;
 * -EIO: another process's VM;
 * -ESHUTDOWN: the VM is being reset or destroyed.
 */
int libvffa_vm_call(struct libvffa_vm *vm, uint32_t vcpu, uint32_t flags,
		    uint64_t regs[LIBVFFA_NR_REGS]);

/**
 * libvffa_vm_resume() - finish a parked call
 * @vm:	    any
 * @vcpu:   index of the vCPU
 * @result: 0, or the negated errno why the VMM could not do what the call waits for; the guest
 *	    then gets an FF-A error
 * @regs:   in: x0 to x17 as they were at the call; out: what the guest reads next
 *
 * libvffa_vm_handle_exit() does this for a VMM that runs vCPUs with KVM_RUN.
 *
 * Return: 0: answered; 1: parked once more;
 * -ENOENT: no call of this vCPU is parked;
 * else as libvffa_vm_call().
 */
int libvffa_vm_resume(struct libvffa_vm *vm, uint32_t vcpu, int result,
		      uint64_t regs[LIBVFFA_NR_REGS]);

/**
 * libvffa_vm_reset() - make the VM as new: the guest restarts
 * @vm: no vCPU of it may be in KVM_RUN until this function has returned
 *
 * Ends what the guest has under way in partitions, unmaps its buffers and forgets its version.
 * Id, memory slots and binding stay.
 *
 * Return: 0;
 * -EBUSY: partitions have not given everything back: try again later, or destroy the VM;
 * -EINTR: a deadly signal came;
 * -ENOSPC: a secure partition can have no more VMs: end another one and try again;
 * -EIO: another process's VM, or a secure partition failed: see the kernel's log.
 */
int libvffa_vm_reset(struct libvffa_vm *vm);

/**
 * libvffa_vm_handle_exit() - do what an exit from KVM_RUN asks, if it is about FF-A
 * @vm:	     bound
 * @vcpu:    index of the vCPU
 * @vcpu_fd: its descriptor; used during the call
 * @run:     its mapped kvm_run, just after KVM_RUN returned 0
 *
 * For every exit of every vCPU, in the thread that runs it, before the VMM's own handling. The
 * relay answers most calls without an exit. One that needs the VMM is parked and exits as
 * KVM_EXIT_HYPERCALL; this function does the work, resumes the call, and writes the answer
 * to the vCPU's registers, so that the VMM just continues with KVM_RUN.
 *
 * No call needs work of this version of the library. One that a newer relay parks is resumed with
 * -EOPNOTSUPP: the guest gets an FF-A error, and not a vCPU that hangs.
 *
 * Return: 1: handled: KVM_RUN again; 0: not about FF-A: the exit is the VMM's;
 * -ELOOP: the relay parks the same call again and again: end the VM and report a bug;
 * -EINTR: a signal came and the exit is still to be handled: call again before KVM_RUN;
 * else as libvffa_vm_resume() and KVM_GET_ONE_REG: the vCPU cannot go on.
 */
int libvffa_vm_handle_exit(struct libvffa_vm *vm, uint32_t vcpu, int vcpu_fd,
			   const struct kvm_run *run);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* LIBVFFA_H */
