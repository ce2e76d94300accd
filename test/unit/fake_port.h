/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A home of the relay for tests: guest memory in buffers, an SPMC in memory, locks that notice
 * misuse, a clock that stands still, and a way to fail the n-th operation of a kind.
 *
 * What the relay does wrong towards its home is kept as a complaint, because a test's thread may
 * not be the one that notices; world_teardown() fails on it.
 */
#ifndef VFFA_TEST_FAKE_PORT_H
#define VFFA_TEST_FAKE_PORT_H

#include <pthread.h>

#include <vffa/port.h>
#include <vffa/relay.h>

#include "fake_host.h"
#include "fake_spmc.h"

#define FAKE_NR_VCPUS  4
#define FAKE_MAX_VMS   4
#define FAKE_NPI       9u
#define FAKE_MAX_CALLS	1024
#define FAKE_MAX_ROUNDS 1000

/* What the clock moves when the relay relaxes: an SP that never ends must use up its budget. */
#define FAKE_RELAX_NS 1000000ull

/* Guest memory: RAM, and one read-only page right behind it. */
#define FAKE_RAM_IPA   0x40000000ull
#define FAKE_RAM_PAGES 40
#define FAKE_ROM_IPA   (FAKE_RAM_IPA + FAKE_RAM_PAGES * FFA_PAGE_SIZE)

/* More RAM, which has pages to be pinned, but no bytes: fake_bulk_pages() of it. */
#define FAKE_BULK_IPA 0x100000000ull

/* In every VM: the first pages of VM 0's bulk once more. */
#define FAKE_ALIAS_IPA	 0x200000000ull
#define FAKE_ALIAS_PAGES 16u

/* Where what is borrowed is shown, in every VM: struct fake_vm.window says what. */
#define FAKE_WINDOW_IPA	  0x300000000ull
#define FAKE_WINDOW_PAGES 64u

/* Where a VM's map_own() is, where the home has memory there (struct fake_port.va_of). */
#define FAKE_OWN_PA(nr)                                                                            \
	(FAKE_HOST_BASE + (FAKE_HOST_PAGES + (uint64_t)(nr)*VFFA_MAILBOX_MAX_PAGES) * FFA_PAGE_SIZE)

/* Memory management without a limit that a test would meet by chance. */
#define FAKE_MEM_LIMITS                                                                            \
	{                                                                                          \
		.nr_handles = 64, .nr_fragmented = 4, .nr_pieces = 64, .frag_ns = 1000000000,      \
		.may_donate = true,                                                                \
	}

/* Operations that can be made to fail. */
enum fake_op {
	FAKE_OP_SMC, /* the SPMC answers FFA_ERROR and does nothing */
	FAKE_OP_CPU, /* a particular CPU that is asked for is gone */
	FAKE_OP_LOCK,
	FAKE_OP_MAP,
	FAKE_OP_PIN,  /* charge() and pin() */
	FAKE_OP_LEAF, /* leaf_get() that would create one */
	FAKE_OP_ALLOC,
	FAKE_OP_WINDOW,
	FAKE_OP_CHARGE, /* charge_mem() */
	FAKE_NR_OPS,
};

/* What a lock is for: docs/locking.md has their order. */
enum fake_lock_kind {
	FAKE_LOCK_VM,
	FAKE_LOCK_ID,
	FAKE_LOCK_PAGE,
	FAKE_LOCK_TX,
	FAKE_LOCK_RX,
	FAKE_NR_LOCK_KINDS,
};

struct vffa_lock {
	pthread_mutex_t mutex;
	enum fake_lock_kind kind;
};

struct fake_call {
	struct vffa_regs in;
	struct vffa_regs out;
	uint32_t cpu;
};

struct fake_vm;

struct fake_port {
	struct fake_vm *vms[FAKE_MAX_VMS]; /* of this home; fixed */
	pthread_mutex_t mutex; /* guards all that follows */
	struct fake_spmc spmc;
	struct fake_host host;

	unsigned int fail_after[FAKE_NR_OPS]; /* n: the n-th operation from now fails; 0: none */
	enum vffa_ret fail_ret;		      /* of FAKE_OP_SMC, FAKE_OP_MAP and FAKE_OP_PIN */

	unsigned int nr_calls;
	struct fake_call calls[FAKE_MAX_CALLS]; /* the last of them; the first at index 0 */
	unsigned int nr_of[2][256];		/* by width and number of the function */
	uint64_t now_ns;
	uint32_t cpu; /* where smc() runs when any CPU will do */
	unsigned int nr_relaxed;
	unsigned int nr_differs;
	unsigned int nr_slept;
	uint64_t slept_ns;
	bool must_leave;
	unsigned int leave_after; /* n: must_leave from the n-th time asked on */
	void *(*va_of)(
		uint64_t pa); /* memory that the SPMC has, too; NULL = an address is its own */
	void (*during_smc)(void *arg); /* called inside every SMC, as another CPU would run */
	void *during_arg;
	const char *complaint;
};

struct fake_vm {
	struct vffa_vm vm;
	struct vffa_vcpu vcpus[FAKE_NR_VCPUS];
	struct vffa_lock lock;
	struct fake_port *port;
	unsigned int nr;	    /* among the VMs of its home */
	unsigned int nr_pinned;	    /* pages by map_guest() */
	unsigned int nr_mem_pinned; /* pages by pin() */
	unsigned int nr_charged;    /* pages by charge(), for pin() */
	unsigned int nr_charged_mems[VFFA_NR_MEM_KINDS];
	unsigned int max_pinned;    /* the limit of map_guest() and charge() together; 0: none */
	unsigned int nr_own;	    /* pages by map_own() */
	unsigned int nr_allocs;	    /* and not freed */
	bool window_taken[FAKE_WINDOW_PAGES];
	uint64_t window
		[FAKE_WINDOW_PAGES]; /* what is shown there: address | 1 = writable; 0: nothing */
	unsigned int nr_gets;	    /* vm_get() without vm_put() */
	unsigned int nr_npis[FAKE_NR_VCPUS]; /* npi() for this vCPU, since somebody set it to 0 */
	unsigned int nr_npis_any;	     /* likewise, for VFFA_VCPU_ANY */
	unsigned int nr_lines;	    /* logged by the guest, and the last of them: */
	char line[VFFA_CONSOLE_LINE + 1];
	bool scheduled;
	uint64_t scheduled_ns; /* when the work is due */
	uint8_t ram[FAKE_RAM_PAGES * FFA_PAGE_SIZE];
};

extern const struct vffa_port_ops fake_ops;

/** fake_lock_init() - a lock, for what it is used */
void fake_lock_init(struct vffa_lock *lock, enum fake_lock_kind kind);

/** fake_bulk_pages() - how much RAM there is at FAKE_BULK_IPA */
uint32_t fake_bulk_pages(const struct fake_vm *vm);

/**
 * fake_pa() - where a page of a VM is in the host
 * @vm:	 whose
 * @ipa: in the page, which need not be writable
 *
 * Return: its physical address; 0 = there is no memory.
 */
uint64_t fake_pa(const struct fake_vm *vm, uint64_t ipa);

/**
 * fake_complain() - keep that the relay misused its home
 * @port: whose
 * @what: kept as it is
 */
void fake_complain(struct fake_port *port, const char *what);

/**
 * fake_fail() - make the n-th operation of a kind fail, once
 * @port: whose
 * @op:	  kind
 * @nth:  1 = the next
 * @ret:  failing status, where the kind has a choice
 */
void fake_fail(struct fake_port *port, enum fake_op op, unsigned int nth, enum vffa_ret ret);

/**
 * fake_failed() - did the failure of fake_fail() happen; forgets about it if not
 * @port: whose
 * @op:	  kind
 */
bool fake_failed(struct fake_port *port, enum fake_op op);

/**
 * fake_nr_calls() - how many SMCs of a function were made
 * @port: callee
 * @fid:  function id
 */
unsigned int fake_nr_calls(const struct fake_port *port, uint32_t fid);

/**
 * fake_last_call() - the last SMC
 * @port: callee
 *
 * Return: valid until the next SMC; NULL there was none.
 */
const struct fake_call *fake_last_call(const struct fake_port *port);

/**
 * fake_work() - what a worker does: run the work that is due, letting time pass up to it
 * @vm:	whose
 * @ns: work that is due later than this from now stays
 *
 * Return: how often vffa_vm_work() ran; FAKE_MAX_ROUNDS when it would not come to an end.
 */
unsigned int fake_work(struct fake_vm *vm, uint64_t ns);

#endif /* VFFA_TEST_FAKE_PORT_H */
