/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * What a home of the relay (kernel module, tests, fuzzers, firmware) provides.
 *
 * The core touches the world through these operations alone. No operation calls back into the
 * relay. Whatever can fail here fails in the tests, one operation at a time.
 */
#ifndef VFFA_PORT_H
#define VFFA_PORT_H

#include <vffa/regs.h>
#include <vffa/ret.h>

struct vffa_vcpu;
struct vffa_vm;

/* A sleeping lock. The home defines, allocates and initialises it; the core only passes it on. */
struct vffa_lock;

/* pin(): at most so many pages at once. */
#define VFFA_PIN_BATCH 64

/* leaf_get(): so many pages of the host, of 4 KiB, have one leaf. */
#define VFFA_LEAF_PAGES 128

/* Pages of an RX or TX buffer of a VM, at most, of 4 KiB. */
#define VFFA_MAILBOX_MAX_PAGES 16

/* smc(): no CPU in particular. */
#define VFFA_CPU_ANY 0xFFFFFFFFu

/* npi(): any vCPU that runs. */
#define VFFA_VCPU_ANY 0xFFFFu

/**
 * struct vffa_mapping - guest pages pinned and mapped for the relay
 * @va:   first byte, as the relay addresses it; NULL = nothing mapped
 * @host: the home's own
 * @pa:   where each page is
 */
struct vffa_mapping {
	void *va;
	void *host;
	struct vffa_hpa pa[VFFA_MAILBOX_MAX_PAGES];
};

/**
 * struct vffa_extent - pages that follow each other both in a VM and in the host
 * @ipa, @pa:  of the first byte
 * @nr_pages:  of 4 KiB
 */
struct vffa_extent {
	struct vffa_ipa ipa;
	struct vffa_hpa pa;
	uint32_t nr_pages;
};

/**
 * struct vffa_leaf - what the relay keeps about pages of the host that follow each other
 * @nr_used: words that are not zero
 * @word:    of each page; the relay's own
 */
struct vffa_leaf {
	uint32_t nr_used;
	uint64_t word[VFFA_LEAF_PAGES];
};

/**
 * enum vffa_mem_kind - what a VM is charged for besides pages
 * @VFFA_MEM_HANDLE:     a memory transaction, from when it begins until nothing is left of it
 * @VFFA_MEM_FRAGMENTED: one of which fragments are outstanding
 * @VFFA_NR_MEM_KINDS:   how many there are
 */
enum vffa_mem_kind {
	VFFA_MEM_HANDLE,
	VFFA_MEM_FRAGMENTED,
	VFFA_NR_MEM_KINDS,
};

/**
 * struct vffa_port_ops - operations of a home
 *
 * Context is process context without locks unless an operation says otherwise. "port" is the
 * pointer the home gave in struct vffa_relay_config.
 */
struct vffa_port_ops {
	/**
	 * @smc: call the SPMD/SPMC at the NS physical instance
	 *
	 * @regs are x0-x17 before and after. @cpu, in: the physical CPU to call from, or
	 * VFFA_CPU_ANY; out: the CPU it was called from. Interrupts are enabled meanwhile, or the
	 * SP could not be preempted. May sleep to reach another CPU. The SPMC's and VMs' locks
	 * may be held only as docs/locking.md says.
	 *
	 * Return: VFFA_OK; VFFA_ABORTED @cpu is not there any more (@regs unchanged).
	 */
	enum vffa_ret (*smc)(void *port, struct vffa_regs *regs, uint32_t *cpu);

	/**
	 * @smc_run: as @smc, which it is when NULL, of the FFA_RUN by which a guest's call resumes an SP
	 *
	 * The SP was preempted, maybe by what the secure world takes for an interrupt and this world
	 * does not: what nobody would take is kept from preempting it again, or it would never get on.
	 */
	enum vffa_ret (*smc_run)(void *port, struct vffa_regs *regs, uint32_t *cpu);

	/**
	 * @map_guest: pin @nr_pages 4 KiB pages of a VM's RAM from @ipa and map them
	 *
	 * Only memory the VM can read and write, all of it in its memory table. Called in the VM's
	 * own process, no lock of the core held: its VMM may keep it waiting for ever. The pages are
	 * charged to the VM until unmap_guest().
	 *
	 * Return: VFFA_OK, @map filled; VFFA_INVALID_PARAMETERS not RAM, or read-only;
	 * VFFA_NO_MEMORY a limit or the host's memory is used up.
	 */
	enum vffa_ret (*map_guest)(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				   struct vffa_mapping *map);

	/** @unmap_guest: undo map_guest(). Never fails; from any process; no lock of the core held. */
	void (*unmap_guest)(struct vffa_vm *vm, struct vffa_mapping *map);

	/**
	 * @map_own: memory of the home's own that the SPMC is given for a VM, zeroed
	 *
	 * @nr_pages of 4 KiB, 1 to VFFA_MAILBOX_MAX_PAGES. No guest and no process has it. In the VM's
	 * own process, VM lock held.
	 *
	 * Return: VFFA_OK, @map filled; VFFA_NO_MEMORY.
	 */
	enum vffa_ret (*map_own)(struct vffa_vm *vm, uint32_t nr_pages, struct vffa_mapping *map);

	/** @unmap_own: undo map_own(). Never fails; from any process; VM lock held. */
	void (*unmap_own)(struct vffa_vm *vm, struct vffa_mapping *map);

	/**
	 * @charge: charge a VM for @nr_pages pages that it is going to have pinned
	 *
	 * Apart from pin(), because it costs as much for one page as for many. In the VM's own
	 * process.
	 *
	 * Return: VFFA_OK; VFFA_NO_MEMORY a limit is reached, and nothing is charged.
	 */
	enum vffa_ret (*charge)(struct vffa_vm *vm, uint32_t nr_pages);

	/** @uncharge: undo charge(), or a part of it. Never fails; from any process. */
	void (*uncharge)(struct vffa_vm *vm, uint32_t nr_pages);

	/**
	 * @charge_mem: charge a VM for one more of a kind
	 *
	 * The VM's own limits the relay has seen to; this is about what several VMs have. VM lock held.
	 *
	 * Return: VFFA_OK; VFFA_NO_MEMORY a limit is reached, and nothing is charged.
	 */
	enum vffa_ret (*charge_mem)(struct vffa_vm *vm, enum vffa_mem_kind kind);

	/** @uncharge_mem: undo charge_mem(). Never fails; from any process; VM lock held. */
	void (*uncharge_mem)(struct vffa_vm *vm, enum vffa_mem_kind kind);

	/**
	 * @pin: pin pages of a VM's RAM and tell where they are
	 *
	 * @nr_ranges of the VM, at least 1, none empty, with at most VFFA_PIN_BATCH pages in all, in
	 * any number of slots; @pa has the place of each page. Only memory the VM can read and write,
	 * charged before. In the VM's own process. The slots stay as they are until unpin(). Pages
	 * may be pinned any number of times.
	 *
	 * Return: VFFA_OK; else none is pinned: VFFA_INVALID_PARAMETERS not RAM; VFFA_DENIED the VM
	 * may read it only, or it was taken from the VM; VFFA_NO_MEMORY the host's memory is used
	 * up.
	 */
	enum vffa_ret (*pin)(struct vffa_vm *vm, const struct vffa_range *ranges,
			     uint32_t nr_ranges, struct vffa_hpa *pa);

	/**
	 * @unpin: undo pin()
	 *
	 * Never fails; from any process. Each of the @nr extents may be of several pin()s, or a part
	 * of one. The pages stay charged.
	 */
	void (*unpin)(struct vffa_vm *vm, const struct vffa_extent *extents, uint32_t nr);

	/**
	 * @give_away: pages of a VM that ends have another owner, and never come back
	 *
	 * As unpin() and uncharge(), as far as the VM goes; but the pages stay pinned, and whoever pays
	 * for the VM goes on paying for them. Never fails; from any process.
	 */
	void (*give_away)(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
			  uint32_t nr_pages);

	/**
	 * @window_take: find guest addresses for pages that a VM borrows
	 *
	 * @nr_pages, at least 1, in a row, of those that the VMM keeps for that. The first address is a
	 * multiple of @align_pages, a power of two. There is nothing to access yet.
	 *
	 * Return: VFFA_OK, @ipa is the first; VFFA_NO_MEMORY the VMM keeps none, or there is no such
	 * row.
	 */
	enum vffa_ret (*window_take)(struct vffa_vm *vm, uint32_t nr_pages, uint32_t align_pages,
				     struct vffa_ipa *ipa);

	/** @window_put: the opposite; nothing is mapped there. From any process. */
	void (*window_put)(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages);

	/**
	 * @window_map: let the guest access pages of the host
	 *
	 * The addresses were taken before. The pages are pinned, and stay so until window_unmap().
	 * What could be shown once can be shown again.
	 *
	 * Return: VFFA_OK; VFFA_DENIED the host has no way to show a guest one of them: none is.
	 */
	enum vffa_ret (*window_map)(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
				    uint32_t nr_pages, bool writable);

	/**
	 * @window_unmap: undo window_map()
	 *
	 * Neither the guest nor its VMM has access when this returns. Never fails; from any process.
	 */
	void (*window_unmap)(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages);

	/**
	 * @leaf_get: what the relay keeps about VFFA_LEAF_PAGES pages of the host
	 *
	 * @nr is the number of the first page, divided by VFFA_LEAF_PAGES. The relay's lock of pages
	 * is held. The leaf stays where it is until leaf_drop().
	 *
	 * Return: the leaf; where there is none: with @create a new one, zeroed, or NULL when
	 * memory is used up; else NULL.
	 */
	struct vffa_leaf *(*leaf_get)(void *port, uint64_t nr, bool create);

	/** @leaf_drop: forget a leaf, which is there and all zero. The lock of pages is held. */
	void (*leaf_drop)(void *port, uint64_t nr);

	/**
	 * @differs: what the SPMC has recorded of a VM's transaction is not what it was sent
	 *
	 * Somebody should be told: the transaction is lost. Only with vffa_relay_config.cross_check.
	 */
	void (*differs)(struct vffa_vm *vm, uint64_t handle);

	/** @alloc: zeroed memory, charged to @vm; NULL = none left. In the VM's own process. */
	void *(*alloc)(struct vffa_vm *vm, uint32_t size);

	/** @free: give back what alloc() gave; NULL is allowed; from any process. */
	void (*free)(struct vffa_vm *vm, void *mem);

	/**
	 * @vcpu_must_leave: does this vCPU have something to take that only its VMM or its guest
	 * can take: a signal, a request of KVM, an interrupt for the guest
	 *
	 * Asked whenever an SP was preempted. True makes the guest see FFA_INTERRUPT.
	 */
	bool (*vcpu_must_leave)(struct vffa_vcpu *vcpu);

	/**
	 * @console: a line that a guest logs (FFA_CONSOLE_LOG)
	 *
	 * @len characters of ASCII, 0x20 to 0x7E, with nothing behind them; 0 = an empty line. A
	 * guest may log as fast as it can: a home keeps what it likes. VM lock held.
	 */
	void (*console)(struct vffa_vm *vm, const char *line, uint32_t len);

	/** @relax: let the host schedule (cond_resched) before an SP is resumed. */
	void (*relax)(void *port);

	/**
	 * @sleep: give up the CPU for about @ns nanoseconds, or until a signal arrives
	 */
	void (*sleep)(void *port, uint64_t ns);

	/** @now_ns: a clock that does not go back, in nanoseconds. Any context. */
	uint64_t (*now_ns)(void *port);

	/**
	 * @schedule: have vffa_vm_work() called for @vm, from a worker, in about @delay_ns
	 *
	 * An earlier request stays when it is due sooner. Any context that may not sleep, too.
	 */
	void (*schedule)(struct vffa_vm *vm, uint64_t delay_ns);

	/**
	 * @vm_get: the VM with an id, which does not go away until vm_put()
	 *
	 * From vffa_vm_init() to vffa_vm_fini(), so it may be in any state; vffa_vm_fini() itself may
	 * run meanwhile, and the structure stays.
	 *
	 * Return: NULL = there is none.
	 */
	struct vffa_vm *(*vm_get)(void *port, vffa_id_t id);

	/** @vm_put: undo vm_get(). */
	void (*vm_put)(struct vffa_vm *vm);

	/**
	 * @npi: make the notification pending interrupt pending at a vCPU
	 *
	 * @vcpu is below @vm->nr_vcpus, or VFFA_VCPU_ANY: one that runs, of the home's choice. The
	 * home remembers it while the VM cannot take it: its KVM VM is not bound yet, it is paused,
	 * the vCPU is off. Never fails. Only for a VM with vffa_vm_npi(); it may be about to end. Locks
	 * of the core may be held.
	 */
	void (*npi)(struct vffa_vm *vm, uint16_t vcpu);

	/**
	 * @lock: take a lock, but not in a process that is being killed
	 *
	 * Whoever takes it again and again ends so, too.
	 *
	 * Return: VFFA_OK; VFFA_INTERRUPTED the caller is being killed: the lock is not held.
	 */
	enum vffa_ret (*lock)(void *port, struct vffa_lock *lock);

	/** @lock_always: take a lock where giving up is not possible (teardown). */
	void (*lock_always)(void *port, struct vffa_lock *lock);

	/** @unlock: release a lock. */
	void (*unlock)(void *port, struct vffa_lock *lock);

	/** @assert_locked: complain (lockdep) unless the caller holds the lock. */
	void (*assert_locked)(void *port, struct vffa_lock *lock);
};

#endif /* VFFA_PORT_H */
