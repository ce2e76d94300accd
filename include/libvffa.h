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
#define LIBVFFA_INFO_NOTIFICATIONS (1u << 2) /* VMs can have them from partitions */

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

/* A UUID; the bytes are in the order of its text. */
struct libvffa_uuid {
	uint8_t bytes[16];
};

#define LIBVFFA_UUID_TEXT_SIZE 37

/**
 * libvffa_uuid_parse() - read a UUID as text
 * @text: 8-4-4-4-12 hexadecimal digits, and nothing else
 * @uuid: out; unchanged on failure
 *
 * Return: 0; -EINVAL: @text is no UUID.
 */
int libvffa_uuid_parse(const char *text, struct libvffa_uuid *uuid);

/**
 * libvffa_uuid_format() - write a UUID as text, in lower case
 * @uuid: in
 * @text: out, with the NUL
 */
void libvffa_uuid_format(const struct libvffa_uuid *uuid, char text[LIBVFFA_UUID_TEXT_SIZE]);

/* struct libvffa_vm_options.flags */
#define LIBVFFA_VM_MAY_DONATE	   (1u << 0) /* pages may go to partitions for good */
#define LIBVFFA_VM_ONLY_PARTITIONS (1u << 1) /* the VM sees no partitions but @partitions */
#define LIBVFFA_VM_NPI_EVENTFD	   (1u << 2) /* the VMM injects @npi, and not the relay */

/**
 * struct libvffa_vm_options - a VM to be
 * @size:	      sizeof(struct libvffa_vm_options)
 * @nr_vcpus:	      1 to libvffa_info.max_vcpus: all that the KVM VM will ever have
 * @flags:	      LIBVFFA_VM_*
 * @partitions:	      with LIBVFFA_VM_ONLY_PARTITIONS: one UUID of each; used during the call
 * @nr_partitions:    of @partitions; 0 to 64
 * @max_handles:      shares, lends and donations at a time
 * @max_fragmented:   those of them whose descriptors have not arrived completely
 * @max_fragment_ms:  how long the next fragment of one may take
 * @max_pieces:	      ranges of one lend or donation; each costs the process up to two memory
 *		      mappings (vm.max_map_count)
 * @max_pinned_pages: of 4 KiB, RX/TX buffers included
 * @npi:	      INTID of the notification pending interrupt, by which the guest learns of
 *		      notifications: an SGI from 8 to 15, which is what Linux takes from a device
 *		      tree, or a PPI from 16 to 31 that is no timer's, which it takes with ACPI. 0: the
 *		      guest has no notifications. Where LIBVFFA_INFO_NOTIFICATIONS is not set it has
 *		      none in any case
 *
 * Without LIBVFFA_VM_NPI_EVENTFD the relay injects the interrupt itself, which needs
 * libvffa_vm_bind_kvm() and KVM's GICv3, and nothing of the VMM. With it see
 * libvffa_vm_set_npi_eventfd().
 *
 * 0 in a field that begins with max: as much as the administrator allows. The administrator's policy
 * (vffa-policy(5)) can hide more partitions, and never fewer.
 */
struct libvffa_vm_options {
	size_t size;
	uint32_t nr_vcpus;
	uint32_t flags;
	const struct libvffa_uuid *partitions;
	size_t nr_partitions;
	uint32_t max_handles;
	uint32_t max_fragmented;
	uint32_t max_fragment_ms;
	uint32_t max_pieces;
	uint32_t max_pinned_pages;
	uint32_t npi;
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
 * -EINVAL: @nr_vcpus is zero or too large, an unknown flag, a nil UUID or more of them than fit, or
 *  an interrupt that @npi cannot be;
 * -EPERM: a limit above the administrator's, or donations, which the administrator forbids: see
 *  vffa.ko's parameters;
 * -ENOSPC: the host, this user, or a secure partition can have no more VMs: end another one; or the
 *  secure world bears no more of them until the host restarts: see the kernel's log;
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
 * libvffa_vm_set_window() - keep guest addresses for memory that partitions give the VM
 * @vm:		     has none yet
 * @guest_phys_addr: page-aligned; where the guest has nothing else
 * @len_bytes:	     a multiple of the page size, to 1 GiB
 * @addr:	     out: the VMM's mapping of it, until libvffa_vm_unmap_window() or
 *		     libvffa_vm_destroy(): to be given to KVM_SET_USER_MEMORY_REGION, and not to
 *		     libvffa_vm_set_memory()
 *
 * The relay fills and empties it as the guest retrieves and relinquishes. What is not there faults, in
 * the VMM (SIGBUS) as in the guest (KVM_RUN fails with EFAULT).
 *
 * Return: 0;
 * -EINVAL: not aligned, empty or too large;
 * -EBUSY: the VM has a window;
 * -ENOMEM: out of memory, or of address space: the VM cannot have a window any more then;
 * -EOPNOTSUPP: the host's pages are not of 4 KiB;
 * -EIO: another process's VM.
 */
int libvffa_vm_set_window(struct libvffa_vm *vm, uint64_t guest_phys_addr, uint64_t len_bytes,
			  void **addr);

/**
 * libvffa_vm_unmap_window() - do without the window
 * @vm: may have one
 *
 * For a VMM whose KVM does not take the mapping: KVM_SET_USER_MEMORY_REGION is EINVAL from Linux 6.17 on
 * where the CPUs lack FEAT_S2FWB. From then on the guest's FFA_MEM_RETRIEVE_REQ is NO_MEMORY. The slot of
 * KVM, if there is one, has to go first.
 */
void libvffa_vm_unmap_window(struct libvffa_vm *vm);

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
 *  kernel's log; libvffa_vm_forward_kvm() is the other way;
 * -EBADF, -EINVAL: @kvm_fd is not a KVM VM, or one of its timers has the interrupt that the VM's @npi
 *  is;
 * -EBUSY: @vm is bound, or the KVM VM is bound to another;
 * -EIO: another process's VM.
 */
int libvffa_vm_bind_kvm(struct libvffa_vm *vm, int kvm_fd);

/**
 * libvffa_vm_forward_kvm() - serve a KVM VM's FF-A calls, HVC and SMC, by exits from KVM_RUN
 * @vm:	    any
 * @kvm_fd: from KVM_CREATE_VM; used during the call. No vCPU of it has run yet
 *
 * The second way in, for kernels where libvffa_vm_bind_kvm() does not work: KVM's SMCCC filter makes
 * each FF-A call leave KVM_RUN as KVM_EXIT_HYPERCALL, and libvffa_vm_handle_exit() has the relay
 * answer it. It costs several times as much, and the guest's SMCCC_VERSION stays KVM's: 1.1, with
 * which Linux's FF-A driver does not start. An HVC with an immediate is served, too. For a bound VM
 * it changes nothing. The filter cannot be taken back, and is incomplete after an error.
 *
 * Return: 0;
 * -EOPNOTSUPP: KVM has no such filter (before Linux 6.4);
 * -EBUSY: a vCPU has run;
 * -EEXIST: the VMM has a filter there already;
 * else as KVM_SET_DEVICE_ATTR.
 */
int libvffa_vm_forward_kvm(struct libvffa_vm *vm, int kvm_fd);

/**
 * libvffa_vm_set_npi_eventfd() - learn when a vCPU is to get the notification pending interrupt
 * @vm:	      created with LIBVFFA_VM_NPI_EVENTFD
 * @vcpu:     index of the vCPU
 * @event_fd: from eventfd(2), the caller keeps it; -1: none any more. Several vCPUs may have the same
 *
 * When it becomes readable the VMM gives the interrupt to that vCPU, by one of the two functions below
 * or in a way of its own. The relay signals it anew, at longer and longer intervals of up to a
 * second, until the guest calls FFA_NOTIFICATION_GET on that vCPU, so what is lost on the way is
 * made up for. When any vCPU will do, the relay chooses one that is on.
 *
 * Return: 0;
 * -EINVAL: no such vCPU, the VM was created otherwise, or @event_fd is something else;
 * -EBADF: @event_fd is not open;
 * -EIO: another process's VM.
 */
int libvffa_vm_set_npi_eventfd(struct libvffa_vm *vm, uint32_t vcpu, int event_fd);

/**
 * libvffa_vm_set_npi_line() - raise or lower the notification pending interrupt of a vCPU
 * @vm:	    its @npi is a PPI
 * @kvm_fd: from KVM_CREATE_VM; used during the call
 * @vcpu:   index of the vCPU
 * @level:  raised or not
 *
 * By KVM_IRQ_LINE, while the vCPU runs. KVM's PPIs are levels: while the line is raised the guest is
 * interrupted again and again and gets nothing done, and when it is lowered before the vCPU took the
 * interrupt, that is lost. So raise it, lower it after a millisecond, and rely on
 * libvffa_vm_set_npi_eventfd() for more; guests see some interrupts more than once.
 *
 * Return: 0; -EOPNOTSUPP: @npi is an SGI, for which KVM has no such thing; else as KVM_IRQ_LINE.
 */
int libvffa_vm_set_npi_line(struct libvffa_vm *vm, int kvm_fd, uint32_t vcpu, int level);

/**
 * libvffa_vm_set_npi_pending() - make the notification pending interrupt of a vCPU pending
 * @vm:	    it has an @npi
 * @gic_fd: KVM's GICv3, initialised; used during the call
 * @mpidr:  the vCPU's MPIDR_EL1; only its affinities count
 *
 * By the vGIC's registers, for SGIs and PPIs, exactly once. No vCPU of the VM, whichever, may be in
 * KVM_RUN from before the call until it returns: the VMM gets them all out, and back in.
 *
 * Return: 0; -EBUSY: a vCPU is in KVM_RUN, or another ioctl of one is under way, such as
 * libvffa_vm_handle_exit() makes: try again, or wait for the eventfd to be signalled anew; -EINVAL: the
 * VM has no @npi; else as KVM_SET_DEVICE_ATTR.
 */
int libvffa_vm_set_npi_pending(struct libvffa_vm *vm, int gic_fd, uint64_t mpidr);

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
 * libvffa_vm_finish_call() - do what a parked call asks, and finish it
 * @vm:	  any
 * @vcpu: index of the vCPU
 * @regs: as libvffa_vm_resume()
 *
 * A guest that lends or donates memory loses its access: the library protects the VMM's mapping of
 * it (PROT_NONE), which KVM follows. When it comes back the protection is that of the slot again:
 * read, and write unless LIBVFFA_MEM_READONLY. The VMM itself cannot touch such memory meanwhile.
 * What cannot be protected (part of a huge page) is not lent, and the guest gets DENIED. So is what might
 * not come back, because each piece that is revoked, with what is between it and the next, may become a
 * mapping by itself in the end: a VM has no more than a quarter as many of them at a time as the process
 * may have mappings (vm.max_map_count, when the VM is created), whatever the number of lends.
 *
 * libvffa_vm_handle_exit() does this for a VMM that runs vCPUs with KVM_RUN.
 *
 * Return: 0: answered;
 * -ENOENT: no call of this vCPU is parked;
 * -ELOOP: the relay parks the same call again and again: end the VM and report a bug;
 * else as libvffa_vm_resume().
 */
int libvffa_vm_finish_call(struct libvffa_vm *vm, uint32_t vcpu, uint64_t regs[LIBVFFA_NR_REGS]);

/**
 * libvffa_vm_is_revoked() - has the guest lost its access to memory that it has lent or donated
 * @vm:		     any
 * @guest_phys_addr: first byte
 * @len_bytes:	     0 to UINT64_MAX; what is behind the last address is ignored
 *
 * A vCPU that touches such memory makes KVM_RUN fail with EFAULT, without saying where. It cannot go
 * on: the VMM ends the guest. Any such memory at all, with 0 and UINT64_MAX, tells the likely reason.
 *
 * Return: 1: some of it is revoked; 0: nothing is.
 */
int libvffa_vm_is_revoked(struct libvffa_vm *vm, uint64_t guest_phys_addr, uint64_t len_bytes);

/**
 * libvffa_vm_reset() - make the VM as new: the guest restarts
 * @vm: no vCPU of it may be in KVM_RUN until this function has returned
 *
 * Ends what the guest has under way in partitions, takes back what it has shared and lent, unmaps its
 * buffers and forgets its version. Id, memory slots and binding stay.
 *
 * Return: 0;
 * -EBUSY: partitions have not given everything back: try again later, or destroy the VM. What was
 *  donated never comes back;
 * -EACCES: memory that was lent could not be made accessible again: try again, or destroy the VM;
 * -EINTR: a deadly signal came;
 * -ENOSPC: a secure partition can have no more VMs: end another one and try again; or this VM was reset
 *  as often as it may be: see the kernel's log;
 * -EIO: another process's VM, or a secure partition failed: see the kernel's log.
 */
int libvffa_vm_reset(struct libvffa_vm *vm);

/**
 * libvffa_vm_handle_exit() - do what an exit from KVM_RUN asks, if it is about FF-A
 * @vm:	     bound, or forwarded to
 * @vcpu:    index of the vCPU
 * @vcpu_fd: its descriptor; used during the call
 * @run:     its mapped kvm_run, just after KVM_RUN returned 0
 *
 * For every exit of every vCPU, in the thread that runs it, before the VMM's own handling. The
 * relay answers most calls without an exit. One that needs the VMM is parked and exits as
 * KVM_EXIT_HYPERCALL; this function does the work, resumes the call, and writes the answer
 * to the vCPU's registers, so that the VMM just continues with KVM_RUN. After
 * libvffa_vm_forward_kvm() every call exits so, and this function has the relay answer it first.
 *
 * The work is that of libvffa_vm_finish_call(). What this version of the library does not know is
 * refused: the guest gets an FF-A error, and not a vCPU that hangs.
 *
 * Return: 1: handled: KVM_RUN again; 0: not about FF-A: the exit is the VMM's;
 * -ELOOP: as libvffa_vm_finish_call();
 * -EINTR: a signal came and the exit is still to be handled: call again before KVM_RUN;
 * else as libvffa_vm_call(), libvffa_vm_resume() and KVM_GET_ONE_REG: the vCPU cannot go on.
 */
int libvffa_vm_handle_exit(struct libvffa_vm *vm, uint32_t vcpu, int vcpu_fd,
			   const struct kvm_run *run);

/* struct libvffa_status.flags */
#define LIBVFFA_STATUS_POLICY (1u << 0) /* there is a policy; else every VM may see everything */

/* struct libvffa_status.offers */
#define LIBVFFA_OFFERS_SPM_ID_GET (1u << 0)
#define LIBVFFA_OFFERS_DIRECT_32  (1u << 1)
#define LIBVFFA_OFFERS_DIRECT_64  (1u << 2)
#define LIBVFFA_OFFERS_DIRECT2	  (1u << 3)
#define LIBVFFA_OFFERS_INFO_REGS  (1u << 4) /* FFA_PARTITION_INFO_GET_REGS */
#define LIBVFFA_OFFERS_SHARE	  (1u << 5)
#define LIBVFFA_OFFERS_LEND	  (1u << 6)
#define LIBVFFA_OFFERS_DONATE	  (1u << 7)
#define LIBVFFA_OFFERS_NOTIF	  (1u << 8)
#define LIBVFFA_OFFERS_INDIRECT	  (1u << 9) /* indirect messages of VMs */
#define LIBVFFA_OFFERS_RETRIEVE	  (1u << 11) /* memory of partitions for VMs */
#define LIBVFFA_OFFERS_LOOK_UP	  (1u << 12) /* of transactions, by the hypervisor */

/**
 * struct libvffa_status - the relay of this host, and what is used of its limits
 * @size:	  sizeof(struct libvffa_status)
 * @flags:	  LIBVFFA_STATUS_*
 * @offers:	  what the SPMC offers: LIBVFFA_OFFERS_*
 * @nr_vms:	  VMs, those in quarantine included
 * @nr_hidden:	  entries of the SPMC's list that are not served
 * @pages:	  4 KiB pages pinned for all VMs
 * @max_pages, @max_user_pages, @max_vm_pages: limits: in all, of one user, of one VM
 * @max_user_vms: limit: VMs of one user
 * @quirks:	  known defects of the SPMC that are worked around, bit n is the relay's quirk n
 */
struct libvffa_status {
	size_t size;
	uint32_t flags;
	uint32_t offers;
	uint32_t nr_vms;
	uint32_t nr_hidden;
	uint64_t pages;
	uint64_t max_pages;
	uint64_t max_user_pages;
	uint64_t max_vm_pages;
	uint32_t max_user_vms;
	uint32_t quirks;
};

/**
 * libvffa_get_status() - look at the relay
 * @ctx:    open
 * @status: out, but for @size
 *
 * Return: 0; -EINVAL: @size is too small.
 */
int libvffa_get_status(struct libvffa *ctx, struct libvffa_status *status);

/**
 * struct libvffa_partition - an entry of the relay's list of partitions
 * @size:	 sizeof(struct libvffa_partition)
 * @props:	 FF-A partition properties
 * @id:		 endpoint id; a partition has an entry for each of its UUIDs
 * @nr_contexts: execution contexts
 * @uuid:	 nil = the SPMC does not say
 */
struct libvffa_partition {
	size_t size;
	uint32_t props;
	uint16_t id;
	uint16_t nr_contexts;
	struct libvffa_uuid uuid;
};

/**
 * libvffa_get_partition() - look at a partition
 * @ctx:   open
 * @index: from 0; the list does not change while the relay is loaded
 * @part:  out, but for @size
 *
 * Return: 0; -ENOENT: the list ends before @index; -EINVAL: @size is too small.
 */
int libvffa_get_partition(struct libvffa *ctx, uint32_t index, struct libvffa_partition *part);

/* struct libvffa_vm_status.flags */
#define LIBVFFA_VM_STATUS_BOUND	 (1u << 0) /* to a KVM VM */
#define LIBVFFA_VM_STATUS_CLOSED (1u << 1) /* its VMM has let go of it */
#define LIBVFFA_VM_STATUS_HELD_NOTIF (1u << 2) /* the SPMC does not let go of its notifications */
#define LIBVFFA_VM_STATUS_HOST	     (1u << 3) /* no VM: the endpoint of the host's own drivers */

/* struct libvffa_vm_status.rx_state */
#define LIBVFFA_RX_NONE 0 /* no buffers */
#define LIBVFFA_RX_FREE 1
#define LIBVFFA_RX_FULL 2 /* the guest has yet to release it */

#define LIBVFFA_NR_CALL_COUNTS	64
#define LIBVFFA_NR_ERROR_COUNTS 16

/**
 * struct libvffa_vm_status - all about a VM, anybody's
 * @size:	  sizeof(struct libvffa_vm_status)
 * @id:		  endpoint id
 * @nr_vcpus:	  as created
 * @state:	  LIBVFFA_STATE_*
 * @flags:	  LIBVFFA_VM_STATUS_*
 * @ffa_version:  negotiated by the guest; 0 = not yet
 * @pid:	  process that created it; 0 = not of this process's name space
 * @uid:	  user it is charged to
 * @comm:	  name of that process, then
 * @rx_state:	  LIBVFFA_RX_*
 * @buffer_pages: 4 KiB pages of each buffer
 * @pages:	  4 KiB pages pinned for it
 * @user_pages:	  the same for all VMs of that user
 * @user_vms:	  VMs of that user
 * @held_tries:	  how often partitions refused to let go of it; 0 = not in quarantine
 * @held_ns:	  since the first of them
 * @held_runs:	  partition contexts in which something of it still runs
 * @held_partitions: partitions that have not taken note of its end
 * @held_handles: memory transactions that are not back
 * @max_pages:	  limit of @pages
 * @handles:	  memory transactions
 * @max_handles:  limit of @handles
 * @fragmented:	  of @handles, those of which fragments are outstanding
 * @max_fragmented: limit of @fragmented
 * @inside:	  calls of it under way in the kernel
 * @active:	  partition contexts that are at work for it
 * @stopped:	  partition contexts that its guest has to resume by FFA_RUN
 * @parked:	  calls that wait for its VMM
 * @visible:	  bit n: it may see the partition with index n
 * @calls:	  calls answered since it was created or reset, by function: 0x60 + n; the last stands
 *		  for all functions from there on
 * @failed:	  of those, answered with FFA_ERROR
 * @errors:	  the same by error: code -n
 * @preempted:	  calls answered with FFA_INTERRUPT
 */
struct libvffa_vm_status {
	size_t size;
	uint16_t id;
	uint16_t nr_vcpus;
	uint32_t state;
	uint32_t flags;
	uint32_t ffa_version;
	int32_t pid;
	uint32_t uid;
	char comm[16];
	uint32_t rx_state;
	uint32_t buffer_pages;
	uint64_t pages;
	uint64_t user_pages;
	uint32_t user_vms;
	uint32_t held_tries;
	uint64_t held_ns;
	uint32_t held_runs;
	uint32_t held_partitions;
	uint32_t held_handles;
	uint32_t max_pages;
	uint32_t handles;
	uint32_t max_handles;
	uint32_t fragmented;
	uint32_t max_fragmented;
	uint32_t inside;
	uint32_t active;
	uint32_t stopped;
	uint32_t parked;
	uint64_t visible[2];
	uint64_t calls[LIBVFFA_NR_CALL_COUNTS];
	uint64_t failed[LIBVFFA_NR_CALL_COUNTS];
	uint64_t errors[LIBVFFA_NR_ERROR_COUNTS];
	uint64_t preempted;
};

/**
 * libvffa_find_vm() - look at the VM with the lowest id from a given one on
 * @ctx:    open
 * @id:	    1 finds the first; the last one's id plus one, the next
 * @status: out, but for @size
 *
 * Whoever has no CAP_SYS_ADMIN finds VMs of its own user only.
 *
 * Return: 0; -ENOENT: there is no further VM; -EINVAL: @size is too small; -ENOMEM; -EINTR: a deadly
 * signal came.
 */
int libvffa_find_vm(struct libvffa *ctx, uint16_t id, struct libvffa_vm_status *status);

#define LIBVFFA_MAX_POLICY_RULES 256

/* struct libvffa_policy_rule.flags */
#define LIBVFFA_POLICY_ALLOW (1u << 0) /* the partition may be seen; else it is hidden */

/* struct libvffa_policy_rule.who */
#define LIBVFFA_POLICY_ALL   0
#define LIBVFFA_POLICY_USER  1
#define LIBVFFA_POLICY_GROUP 2

/**
 * struct libvffa_policy_rule - what VMs of certain users may see; vffa-policy(5) has the meaning
 * @flags: LIBVFFA_POLICY_ALLOW
 * @who:   LIBVFFA_POLICY_ALL, _USER or _GROUP
 * @id:	   of the user or group; else 0
 * @pad:   zero
 * @uuid:  of the partition; nil = all
 */
struct libvffa_policy_rule {
	uint32_t flags;
	uint32_t who;
	uint32_t id;
	uint32_t pad;
	struct libvffa_uuid uuid;
};

/**
 * libvffa_set_policy() - replace the administrator's policy
 * @ctx:   open
 * @rules: in order; used during the call
 * @nr:	   0 to LIBVFFA_MAX_POLICY_RULES; with 0, VMs see nothing
 *
 * It counts for VMs created afterwards.
 *
 * Return: 0; -EPERM: the caller has no CAP_SYS_ADMIN; -E2BIG: too many rules; -EINVAL: a rule makes
 * no sense; -ENOMEM.
 */
int libvffa_set_policy(struct libvffa *ctx, const struct libvffa_policy_rule *rules, size_t nr);

/**
 * libvffa_get_policy() - ask for the administrator's policy
 * @ctx:   open
 * @rules: out: as many as fit
 * @nr:	   in: room in @rules; out: how many there are
 *
 * Return: 1: there is a policy; 0: there is none, and VMs see everything; -EPERM: the caller has no
 * CAP_SYS_ADMIN.
 */
int libvffa_get_policy(struct libvffa *ctx, struct libvffa_policy_rule *rules, size_t *nr);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* LIBVFFA_H */
