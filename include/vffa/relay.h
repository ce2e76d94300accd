/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * The relay: FF-A's hypervisor half at the NS virtual instance, for any home.
 *
 * One struct vffa_relay per machine, one struct vffa_vm per VM, one struct vffa_vcpu per vCPU.
 * The home embeds and allocates all three; it may read public fields and never writes them.
 */
#ifndef VFFA_RELAY_H
#define VFFA_RELAY_H

#include <vffa/abi.h>
#include <vffa/count.h>
#include <vffa/policy.h>
#include <vffa/port.h>
#include <vffa/quirk.h>
#include <vffa/regs.h>
#include <vffa/ret.h>

#define VFFA_MAX_PARTS	       128 /* partitions the SPMC may list; more: the rest is not served */
#define VFFA_MAX_VMS	       256 /* VM ids given out: 1 to VFFA_MAX_VMS */
#define VFFA_MAX_VCPUS	       512 /* per VM */
#define VFFA_RUNS_PER_VCPU     4   /* SP contexts one vCPU may leave stopped */
#define VFFA_MEM_BUCKETS       64  /* of a VM's table of memory transactions */
#define VFFA_NR_NOTIFS	       64  /* of each kind, at each receiver */
#define VFFA_TURN_CONTEXTS     64  /* of a partition, that get a turn by number */

/* How long the worker drives one SP context, or waits for one answer, before it does other things. */
#define VFFA_WORK_BUDGET_NS 200000000ull

/* How often the worker asks again for what an SP has refused to give back. */
#define VFFA_WORK_RETRY_NS 1000000000ull

/*
 * A stopped SP context is finished by the worker when its VM does not resume it for so long, or has
 * left it stopped for so long in all: a VM that resumes now and then must not hold an SP for ever.
 */
#define VFFA_RUN_OVERDUE_NS  2000000000ull
#define VFFA_RUN_IDLE_MAX_NS 10000000000ull

struct vffa_borrow;
struct vffa_func;
struct vffa_mem;
struct vffa_turn;

/* struct vffa_spmc.offers: interfaces the SPMC offers to the normal world */
#define VFFA_SPMC_ID_GET    0x1u
#define VFFA_SPMC_DIRECT_32 0x2u
#define VFFA_SPMC_DIRECT_64 0x4u
#define VFFA_SPMC_DIRECT2   0x8u
#define VFFA_SPMC_INFO_REGS 0x10u
#define VFFA_SPMC_SHARE	    0x20u
#define VFFA_SPMC_LEND	    0x40u
#define VFFA_SPMC_DONATE    0x80u
#define VFFA_SPMC_NOTIF	    0x100u
#define VFFA_SPMC_INDIRECT  0x200u /* and the SPMC takes VMs' buffers */
#define VFFA_SPMC_RETRIEVE  0x800u  /* for VMs, and FFA_MEM_RELINQUISH */
#define VFFA_SPMC_LOOK_UP   0x1000u /* for the hypervisor */

/**
 * struct vffa_part - a secure partition, as the SPMC listed it
 * @id:		 endpoint id, bit 15 set
 * @nr_contexts: execution contexts; 1 = may migrate between CPUs
 * @props:	 FFA_PART_* as seen from the hypervisor
 * @uuid:	 one of its UUIDs; a partition with several has one entry for each
 */
struct vffa_part {
	vffa_id_t id;
	uint16_t nr_contexts;
	uint32_t props;
	struct vffa_uuid uuid;
	/* private: */
	struct vffa_turn *turn; /* of all entries; NULL = nothing is ever pending for it */
};

/**
 * struct vffa_spmc - the partner at the NS physical instance
 * @version:   FF-A version both speak; 0 = there is no SPMC
 * @id:	       the SPMC's own endpoint id
 * @offers:    VFFA_SPMC_*
 * @mem_fids:  its functions for share, lend and donate; 0 = not offered
 * @retrieve_fid: likewise
 * @sri:       INTID of the schedule receiver interrupt, which says that vffa_sri() has something to
 *	       do; 0 = none, there are no notifications
 * @info_get_fid: its FFA_NOTIFICATION_INFO_GET, of either width; 0 = not offered
 * @max_vm_pages: pages that it takes of a VM's buffer; 0 = any number
 * @nr_parts:  entries of @parts
 * @nr_hidden: entries listed by the SPMC but not served (VFFA_MAX_PARTS, or malformed)
 * @quirks:    VFFA_QUIRK_*: what is known to be wrong with it
 * @parts:     fixed from vffa_relay_start() on
 */
struct vffa_spmc {
	uint32_t version;
	vffa_id_t id;
	uint16_t offers;
	uint32_t mem_fids[3];
	uint32_t retrieve_fid;
	uint32_t sri;
	uint32_t info_get_fid;
	uint32_t max_vm_pages;
	uint16_t nr_parts;
	uint16_t nr_hidden;
	uint32_t quirks;
	struct vffa_part parts[VFFA_MAX_PARTS];
};

/**
 * struct vffa_announce_limits - how often VMs are announced to an SPMC with VFFA_QUIRK_VM_LEAKS
 * @in_all: since the relay started: VMs created and reset
 * @per_vm: likewise, of one VM, from its creation to its end
 *
 * 0 = as often as they like. Only VMs that see a partition which wants to hear of them are counted.
 */
struct vffa_announce_limits {
	uint32_t in_all;
	uint32_t per_vm;
};

/**
 * struct vffa_relay_config - what a relay is built from
 * @ops, @port:	operations of the home, and its argument to them. Borrowed until
 *		vffa_relay_stop()
 * @id_lock:	guards the table of VM ids. Borrowed likewise
 * @page_lock:	guards the leaves (leaf_get()). Borrowed likewise
 * @tx_lock, @rx_lock: guard the hypervisor's buffers. Borrowed likewise
 * @tx, @rx:	the hypervisor's buffers, zeroed. Borrowed likewise
 * @tx_pa, @rx_pa: their physical addresses, aligned to 64 KiB, or to their size where that is less
 * @nr_pages:	size of each in 4 KiB pages, 1 to FFA_RXTX_MAP_PAGES_MASK: the larger, the fewer
 *		descriptors need fragments. In a relay that has started, what the SPMC takes of it
 * @cross_check: for debugging: whatever a VM sends is looked up at the SPMC, where that offers it, and
 *		must be what was sent
 * @announce:	limits for an SPMC that does not bear any number of VMs
 */
struct vffa_relay_config {
	const struct vffa_port_ops *ops;
	void *port;
	struct vffa_lock *id_lock;
	struct vffa_lock *page_lock;
	struct vffa_lock *tx_lock;
	struct vffa_lock *rx_lock;
	void *tx;
	void *rx;
	struct vffa_hpa tx_pa;
	struct vffa_hpa rx_pa;
	uint32_t nr_pages;
	bool cross_check;
	struct vffa_announce_limits announce;
};

/**
 * struct vffa_notif_counts - what the SPMC said of who has something pending
 * @lists:  endpoints it named
 * @strays: of them, those that are no VM with notifications; and vCPUs that a VM does not have
 */
struct vffa_notif_counts {
	vffa_counter_t lists;
	vffa_counter_t strays;
};

/**
 * enum vffa_run_state - what a struct vffa_run records
 * @VFFA_RUN_FREE:    nothing
 * @VFFA_RUN_ACTIVE:  a thread of the relay is inside the SP, or about to resume it
 * @VFFA_RUN_STOPPED: preempted, and the guest knows: it owes an FFA_RUN
 * @VFFA_RUN_EXPIRED: the worker finished it; the guest's FFA_RUN gets ABORTED
 */
enum vffa_run_state {
	VFFA_RUN_FREE,
	VFFA_RUN_ACTIVE,
	VFFA_RUN_STOPPED,
	VFFA_RUN_EXPIRED,
};

/* struct vffa_run.pinned: by the receiver itself; because it stopped in one that was called in turn */
#define VFFA_RUN_PINNED_THERE  0x1u
#define VFFA_RUN_PINNED_BEYOND 0x2u

/**
 * struct vffa_run - one request that is under way in a secure partition
 *
 * FREE → ACTIVE by the vCPU that owns the record, without a lock; ACTIVE → FREE, STOPPED or EXPIRED
 * by whoever made it ACTIVE; STOPPED → ACTIVE by any vCPU of the VM (FFA_RUN) or by the worker, and
 * EXPIRED → FREE by any vCPU of the VM, with the VM's lock. The other fields belong to whoever holds
 * the record ACTIVE, or to the holder of the lock while it is STOPPED; only @target may be read by
 * all.
 */
struct vffa_run {
	/* private: */
	vffa_atomic_t state;
	uint32_t answer;      /* function id of the answer that fits the request */
	uint32_t framework;   /* w2 of the answer to a framework message; 0 = plain message */
	uint32_t cpu;	      /* where it stopped; VFFA_CPU_ANY for contexts that migrate */
	vffa_atomic_t target; /* w1 of the last FFA_INTERRUPT or FFA_YIELD: what FFA_RUN names */
	uint64_t stopped_ns;  /* when it stopped */
	uint64_t idle_ns;     /* how long it had been left stopped before */
	uint32_t ids;	      /* w1 of the answer that fits: receiver and requester */
	uint8_t pinned;	      /* VFFA_RUN_PINNED_*: resumed on @cpu only */
	bool is_counted;	/* @turn or @chain is set; otherwise they mean nothing */
	struct vffa_turn *turn; /* of the receiver, which has none meanwhile; NULL = it never has */
	struct vffa_turn *chain; /* of where it stopped, when that is another; NULL = it is not */
};

/**
 * struct vffa_turn - a partition that may have something pending, and get cycles for it
 *
 * At the index of the first of its entries.
 */
struct vffa_turn {
	/* private: */
	const struct vffa_part *part; /* NULL = this is none */
	vffa_atomic_t users;	      /* requests under way there, and VFFA_TURN_OURS */
	vffa_atomic_t wanted_any;     /* 1: a turn is wanted for any context */
	vffa_atomic_t wanted[VFFA_TURN_CONTEXTS / 32]; /* for these */
	uint32_t nr_tries;			       /* worker: in a row, without success */
	uint64_t not_before_ns;			       /* worker */
	struct vffa_run run;			       /* worker: the turn */
};

/* Enough for the leaves of 128 MiB that are in one piece. */
#define VFFA_NR_SEATS 256

/**
 * struct vffa_leaf_seat - a leaf at hand
 * @nr:   its number
 * @leaf: NULL = none sits here
 */
struct vffa_leaf_seat {
	uint64_t nr;
	struct vffa_leaf *leaf;
};

/**
 * struct vffa_relay - the relay of this machine
 * @spmc:	  what is known of the SPMC
 * @notifs:	  for vffa_counter_read()
 * @failed_fid:	  after a failed vffa_relay_start(): the call that was refused, 0 = none
 * @spmc_says:	  what the SPMC answered to FFA_VERSION, whether it will do or not
 */
struct vffa_relay {
	struct vffa_spmc spmc;
	struct vffa_notif_counts notifs;
	uint32_t failed_fid;
	uint32_t spmc_says;
	/* private: */
	struct vffa_relay_config cfg;
	const struct vffa_func *funcs;
	uint32_t nr_funcs;
	uint64_t ids[(VFFA_MAX_VMS + 63) / 64]; /* id_lock: bit n = id n + 1 is taken */
	bool rxtx_mapped;
	vffa_atomic_t nr_mems;	/* memory transactions of all VMs */
	vffa_atomic_t nr_announced; /* VMs, as far as there is a limit; ends at that limit */
	vffa_atomic_t last_handle; /* serial number of the handles the relay allocated */
	struct vffa_turn turns[VFFA_MAX_PARTS];
	struct vffa_leaf_seat seats[VFFA_NR_SEATS]; /* page_lock: leaf n has seat n % VFFA_NR_SEATS */
};

/**
 * struct vffa_vcpu - a vCPU, as far as FF-A goes
 * @vm:	   its VM
 * @index: position in the VM; the guest's vCPU id
 */
struct vffa_vcpu {
	struct vffa_vm *vm;
	uint16_t index;
	/* private: */
	const struct vffa_func *parked; /* NULL = no call of this vCPU waits for the VMM */
	uint32_t parked_fid;
	bool aarch32;	       /* at the call inside, or parked */
	struct vffa_mem *mem;  /* of the parked call */
	struct vffa_regs regs; /* of the call inside: a kernel would zero them on its stack */
	struct vffa_run runs[VFFA_RUNS_PER_VCPU];
	struct vffa_counters counters;
};

/**
 * enum vffa_mailbox_state - who may use a VM's RX buffer
 * @VFFA_MAILBOX_NONE: no RX/TX pair is mapped
 * @VFFA_MAILBOX_FREE: the relay may write RX; where it is shared with the SPMC, once that agrees, for
 *		       it may have written RX itself
 * @VFFA_MAILBOX_FULL: the guest reads RX until it calls FFA_RX_RELEASE
 */
enum vffa_mailbox_state {
	VFFA_MAILBOX_NONE,
	VFFA_MAILBOX_FREE,
	VFFA_MAILBOX_FULL,
};

struct vffa_mailbox {
	enum vffa_mailbox_state state;
	bool is_shared; /* the SPMC has, or may have, @rx and @out */
	bool is_seen;	/* the guest was told of the message that the SPMC wrote into RX last */
	bool is_ahead; /* it released one before it was told: what it is told next may be about that */
	uint32_t nr_pages;
	struct vffa_mapping tx;
	struct vffa_mapping rx;
	struct vffa_mapping out; /* the relay's own, which the SPMC takes for the VM's TX */
};

/* Characters of a line that a guest logs, at most; a longer one becomes several. */
#define VFFA_CONSOLE_LINE 120

struct vffa_console {
	uint32_t len;
	char line[VFFA_CONSOLE_LINE];
};

/**
 * struct vffa_mem_limits - how much of memory management a VM may use
 * @nr_handles:	   live transactions, those under way and memory borrowed included; 0 = no memory
 *		   management
 * @nr_fragmented: sends at a time of which fragments are outstanding
 * @nr_pieces:	   ranges of one lend or donation, because the VMM has to revoke each
 * @frag_ns:	   how long the next fragment may take
 * @may_donate:	   memory that is donated never comes back
 */
struct vffa_mem_limits {
	uint32_t nr_handles;
	uint32_t nr_fragmented;
	uint32_t nr_pieces;
	uint64_t frag_ns;
	bool may_donate;
};

/**
 * struct vffa_notif - a VM's notifications, as far as the relay keeps them
 * @npi: INTID that its VMM wants it to see as notification pending interrupt
 *
 * The SPMC keeps what partitions bind and set. Without a bitmap there the VM has no notifications.
 */
struct vffa_notif {
	uint32_t npi;
	/* private: */
	vffa_atomic_t has_bitmap;   /* 1: the SPMC has made one, and the guest may use it */
	bool held;		    /* it may have; who brings the VM up, then the worker */
	vffa_atomic_t told_any;	    /* 1: interrupted at any vCPU, and none has come to look since */
	vffa_atomic_t told[VFFA_MAX_VCPUS / 32]; /* likewise, vCPUs */
	uint64_t shown;				 /* lock: what the guest may be shown of partitions */
	uint32_t nr_changing;			 /* lock: calls that bind or unbind */
	vffa_id_t senders[VFFA_NR_NOTIFS];	 /* lock: whose each is; 0 = nobody's */
};

/**
 * enum vffa_vm_state - a VM's life (docs/state-machines.md has the picture)
 * @VFFA_VM_READY:    calls are served
 * @VFFA_VM_STOPPING: calls are refused; the worker takes back what the VM has outside
 * @VFFA_VM_STOPPED:  nothing of the VM is left anywhere; the id is still taken
 */
enum vffa_vm_state {
	VFFA_VM_READY,
	VFFA_VM_STOPPING,
	VFFA_VM_STOPPED,
};

/**
 * struct vffa_vm_held - what the secure world has not given back of a VM that ends
 * @nr_tries: how often the worker asked in vain; 0 = nothing is held
 * @for_ns:   since the first of them
 * @nr_runs:  SP contexts in which something of the VM still ran when it last asked
 * @nr_parts: partitions that had not taken note of the VM's end then
 * @nr_mems:  memory transactions that were not back then
 * @has_notifs: the SPMC still kept its notifications then
 */
struct vffa_vm_held {
	uint32_t nr_tries;
	uint64_t for_ns;
	uint32_t nr_runs;
	uint32_t nr_parts;
	uint32_t nr_mems;
	bool has_notifs;
};

/**
 * enum vffa_spent - has a VM not come up because of struct vffa_announce_limits
 * @VFFA_SPENT_NOT:    no
 * @VFFA_SPENT_VM:     it has had its share
 * @VFFA_SPENT_IN_ALL: all have had what there is
 */
enum vffa_spent {
	VFFA_SPENT_NOT,
	VFFA_SPENT_VM,
	VFFA_SPENT_IN_ALL,
};

/**
 * struct vffa_vm - a VM's FF-A instance
 * @relay:    the relay it belongs to
 * @id:	      its endpoint id
 * @nr_vcpus: entries of @vcpus
 * @vcpus:    borrowed until vffa_vm_fini()
 * @spent:    of the last vffa_vm_init() or vffa_vm_restart(), for who called it
 */
struct vffa_vm {
	struct vffa_relay *relay;
	vffa_id_t id;
	uint16_t nr_vcpus;
	struct vffa_vcpu *vcpus;
	enum vffa_spent spent;
	/* private: */
	struct vffa_lock *lock;
	vffa_atomic_t inside;	     /* calls inside; VFFA_VM_CLOSED: no more may enter */
	vffa_atomic_t version;	     /* VFFA_VERSION_* below */
	vffa_atomic_t state;	     /* enum vffa_vm_state */
	struct vffa_mailbox mailbox; /* lock */
	struct vffa_console console; /* lock: the line that has not ended yet */
	uint64_t visible[(VFFA_MAX_PARTS + 63) / 64]; /* entries of spmc.parts; fixed */
	struct vffa_mem_limits mem_limits;
	uint32_t nr_mems;			 /* lock: transactions there are */
	uint32_t nr_partial;			 /* lock: of them, waiting for fragments */
	uint64_t drain_ns; /* worker: how soon it looks for calls inside again */
	bool has_given_away;			 /* worker: pages of it are somebody else's */
	struct vffa_mem *mems[VFFA_MEM_BUCKETS]; /* lock: by handle */
	struct vffa_borrow *borrows;		 /* lock: what partitions gave it */
	/* The VM's announcements: whoever brings the VM up, then the worker. */
	struct vffa_run avail;			   /* the message under way */
	uint16_t avail_part;			   /* to which entry of spmc.parts */
	uint32_t nr_announced;			   /* as far as there is a limit */
	uint64_t told[(VFFA_MAX_PARTS + 63) / 64]; /* entries that know of the VM */
	struct vffa_notif notif;
	/* Noted by the worker when a try to take back what is outside has failed, while STOPPING. */
	struct vffa_vm_held held; /* lock */
	uint64_t held_since_ns;	  /* lock: the first of them */
};

/* private: struct vffa_vm.inside */
#define VFFA_VM_CLOSED 0x40000000

/* private: struct vffa_vm.version: the minor plus one (0 = not negotiated), and the lock */
#define VFFA_VERSION_MINOR_MASK 0xFFFF
#define VFFA_VERSION_LOCKED	0x10000

/**
 * vffa_relay_start() - negotiate with the SPMC, map buffers, list partitions
 * @relay: to initialise
 * @cfg:   copied
 *
 * Without an SPMC (FFA_VERSION answers NOT_SUPPORTED) the relay starts all the same, with
 * @relay->spmc.version 0: VMs then get an FF-A instance without secure partitions.
 *
 * Context: may sleep; no locks. Once, before any VM.
 * Return: VFFA_OK; else nothing stays mapped, unless the SPMC refuses to unmap it, which
 * vffa_relay_stop() tells then, too; and @relay->failed_fid is the call that failed:
 * VFFA_NOT_SUPPORTED the SPMC's major version is not ours; VFFA_DENIED (FFA_RXTX_MAP) another
 * driver owns the normal world's buffers; VFFA_ABORTED an answer made no sense; any other code is
 * the SPMC's own.
 * Spec: FF-A 1.2, "Setup and discovery interfaces".
 */
enum vffa_ret VFFA_MUST_CHECK vffa_relay_start(struct vffa_relay *relay,
					       const struct vffa_relay_config *cfg);

/**
 * vffa_relay_stop() - give the SPMC its buffers back
 * @relay: started; every VM is gone
 *
 * Return: VFFA_OK; otherwise the SPMC did not let go of the buffers, and the home must not reuse
 * their pages.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_relay_stop(struct vffa_relay *relay);

/**
 * struct vffa_vm_config - what a VM is built from
 * @lock:     guards the VM's mailbox and transactions. Borrowed until vffa_vm_fini()
 * @nr_vcpus: 1 to VFFA_MAX_VCPUS
 * @vcpus:    that many, zeroed. Borrowed until vffa_vm_fini()
 * @mem:      limits; those of the home's pin() and alloc() come on top
 * @npi:      INTID of the notification pending interrupt, as the guest is to see it; 0 = the VM has no
 *	      notifications
 * @wanted:   partitions that its VMM wants the VM to see; NULL = all. Used during the call
 * @limit:    partitions that the administrator allows it; NULL = all. Used during the call
 *
 * What the VM sees is decided when it is created, and stays so over vffa_vm_restart().
 */
struct vffa_vm_config {
	struct vffa_lock *lock;
	uint16_t nr_vcpus;
	struct vffa_vcpu *vcpus;
	struct vffa_mem_limits mem;
	uint32_t npi;
	const struct vffa_part_rules *wanted;
	const struct vffa_part_rules *limit;
};

/**
 * vffa_vm_init() - give a VM an id and announce it to the partitions that subscribed
 * @vm:	   to initialise
 * @relay: started
 * @cfg:   copied
 *
 * The id is the lowest that nothing names any more.
 *
 * Context: may sleep; no locks. Runs partition code.
 * Return: VFFA_OK: READY. VFFA_INVALID_PARAMETERS @cfg; VFFA_NO_MEMORY every id is taken;
 * VFFA_INTERRUPTED killed; VFFA_DENIED a partition takes no further VM, or @vm->spent says why none was
 * asked to; VFFA_RETRY a partition does not answer in time; VFFA_ABORTED its answer made no sense; or the
 * code with which it refused. On failure the VM is STOPPING where a partition may have to be told of its end, else STOPPED: call
 * vffa_vm_work() until STOPPED, then vffa_vm_fini(), in either case.
 * Spec: FF-A 1.1, "VM availability messages".
 */
enum vffa_ret VFFA_MUST_CHECK vffa_vm_init(struct vffa_vm *vm, struct vffa_relay *relay,
					   const struct vffa_vm_config *cfg);

/**
 * vffa_vm_enter() - announce a call; every vffa_call() is between this and vffa_vm_leave()
 * @vm: initialised; the caller makes sure it stays so for the length of this function
 *
 * Context: any, also where sleeping is forbidden.
 * Return: true; false = the VM takes no more calls.
 */
static inline bool VFFA_MUST_CHECK vffa_vm_enter(struct vffa_vm *vm)
{
	int old = vffa_atomic_load(&vm->inside);

	do {
		if (old & VFFA_VM_CLOSED)
			return false;
	} while (!vffa_atomic_try_cmpxchg(&vm->inside, &old, old + 1));

	return true;
}

/**
 * vffa_vm_leave() - the end of what vffa_vm_enter() began
 * @vm: may be gone when this returns, if nothing else holds it
 */
static inline void vffa_vm_leave(struct vffa_vm *vm)
{
	/* Nothing after this: the worker may be waiting to free the VM. */
	(void)vffa_atomic_add_return(&vm->inside, -1);
}

/**
 * vffa_vm_stop() - take no more calls, and begin to take back what the VM has outside
 * @vm: initialised
 *
 * Idempotent; any context. Has vffa_vm_work() scheduled.
 */
void vffa_vm_stop(struct vffa_vm *vm);

/**
 * vffa_vm_work() - the worker's part of a VM's life: one step
 * @vm: initialised
 *
 * READY: finishes SP contexts the guest has left stopped for too long.
 * STOPPING: when the last call has left: finishes what runs in SPs, tells subscribed SPs, unmaps
 * RX/TX; STOPPED when all of that is done. What an SP refuses is tried again later, and the VM
 * stays STOPPING (quarantine). Schedules itself as long as there is something to do.
 *
 * Context: may sleep; no locks; never twice at a time for one VM.
 */
void vffa_vm_work(struct vffa_vm *vm);

/**
 * vffa_vm_held() - what holds up the end of a VM
 * @vm:  initialised; it may be at work, and even vffa_vm_fini() may run
 * @out: out
 *
 * Context: may sleep, but not for the secure world; no locks.
 * Return: VFFA_OK; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_vm_held(struct vffa_vm *vm, struct vffa_vm_held *out);

/**
 * struct vffa_vm_now - where a VM's calls are
 * @nr_inside:	calls and looks at parked ones under way
 * @nr_active:	SP contexts that are at work for it: of calls inside, or driven by the worker
 * @nr_stopped: SP contexts that it has to resume
 * @nr_parked:	calls that wait for the VMM
 */
struct vffa_vm_now {
	uint32_t nr_inside;
	uint32_t nr_active;
	uint32_t nr_stopped;
	uint32_t nr_parked;
};

/**
 * vffa_vm_now() - look where a VM's calls are
 * @vm:	 as for vffa_vm_counts()
 * @out: out: each number was right at some moment
 */
void vffa_vm_now(const struct vffa_vm *vm, struct vffa_vm_now *out);

/**
 * struct vffa_vm_mems - what a VM uses of memory management
 * @nr_handles:	    memory transactions, those under way included
 * @max_handles:    its limit, or the SPMC's where that is lower
 * @nr_fragmented:  of them, sends of which fragments are outstanding
 * @max_fragmented: limit
 */
struct vffa_vm_mems {
	uint32_t nr_handles;
	uint32_t max_handles;
	uint32_t nr_fragmented;
	uint32_t max_fragmented;
};

/**
 * vffa_vm_mems() - memory transactions of a VM, and how many it may have
 * @vm:  as for vffa_vm_held()
 * @out: out
 *
 * Context: may sleep, but not for the secure world; no locks.
 * Return: VFFA_OK; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_vm_mems(struct vffa_vm *vm, struct vffa_vm_mems *out);

/**
 * vffa_visible() - may a VM know of, and talk to, a partition
 * @vm: any
 * @i:  index of any of its entries in spmc.parts, below spmc.nr_parts
 *
 * Discovery, messages, announcements: whoever shows a VM something of a partition, or the partition
 * something of the VM, asks here.
 *
 * Return: true; false = the partition does not exist for this VM.
 */
static inline bool vffa_visible(const struct vffa_vm *vm, uint16_t i)
{
	return vm->visible[i / 64] & (1ull << (i % 64));
}

/**
 * vffa_vm_npi() - the notification pending interrupt of a VM
 * @vm: initialised
 *
 * What its VMM wants, unless the SPMC keeps no notifications for it. It may become another when the VM
 * is restarted.
 *
 * Return: its INTID, as FFA_FEATURES tells the guest; 0 = the VM has no notifications.
 */
static inline uint32_t vffa_vm_npi(const struct vffa_vm *vm)
{
	return vffa_atomic_load_acquire(&vm->notif.has_bitmap) ? vm->notif.npi : 0;
}

/**
 * vffa_vm_is_told() - has nobody come to look since npi() was called
 * @vm:	  initialised
 * @vcpu: as for npi()
 *
 * A home that cannot be sure that an interrupt arrives raises it again as long as this is so. A vCPU looks
 * by FFA_NOTIFICATION_GET: what is told while it is at that it is told again, when it is through.
 *
 * Context: any.
 * Return: true; false = it has, or was not told.
 */
bool vffa_vm_is_told(const struct vffa_vm *vm, uint16_t vcpu);

/**
 * vffa_vm_buffers() - a VM's RX/TX pair
 * @vm:	      as for vffa_vm_held()
 * @state:    out
 * @nr_pages: out: of 4 KiB, of each; 0 = there is none
 *
 * Context: may sleep; no locks.
 * Return: VFFA_OK; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_vm_buffers(struct vffa_vm *vm, enum vffa_mailbox_state *state,
					      uint32_t *nr_pages);

/**
 * vffa_vm_state() - where in its life a VM is
 * @vm: initialised
 */
static inline enum vffa_vm_state vffa_vm_state(const struct vffa_vm *vm)
{
	return (enum vffa_vm_state)vffa_atomic_load_acquire(&vm->state);
}

/**
 * vffa_vm_is_drained() - does a VM take no calls, and has the last one left
 * @vm: initialised
 *
 * From then on vffa_vm_work() takes back what it can; before, it only waits.
 */
static inline bool vffa_vm_is_drained(const struct vffa_vm *vm)
{
	return vffa_atomic_load_acquire(&vm->inside) == VFFA_VM_CLOSED;
}

/**
 * vffa_vm_restart() - READY again after a reset: same id, as if new
 * @vm: STOPPED
 *
 * Context: may sleep; no locks; neither vffa_vm_work() nor vffa_vm_stop() runs meanwhile. Runs
 * partition code.
 * Return: as vffa_vm_init(); VFFA_BUSY the VM is not STOPPED, or has donated memory that was
 * retrieved: then it can only end, because as if new it would have that memory.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_vm_restart(struct vffa_vm *vm);

/**
 * vffa_vm_fini() - release the id
 * @vm: STOPPED
 */
void vffa_vm_fini(struct vffa_vm *vm);

/**
 * enum vffa_action - what becomes of a vCPU after vffa_call()
 * @VFFA_RESUME_GUEST: the registers are the answer
 * @VFFA_EXIT_TO_VMM:  the call is parked; the registers are unchanged
 */
enum vffa_action {
	VFFA_RESUME_GUEST,
	VFFA_EXIT_TO_VMM,
};

/**
 * vffa_is_ours() - does a function id belong to the relay
 * @fid: w0 of a guest's SMC or HVC
 *
 * Every FF-A function, known or not, in either width; and SMCCC_VERSION, which a guest's FF-A
 * driver consults first.
 */
static inline bool vffa_is_ours(uint32_t fid)
{
	uint32_t id = fid & ~SMCCC_SVE_HINT;
	uint32_t fn = id & FFA_FN_MASK;

	if ((id & FFA_FID_BASE_MASK) == FFA_FID_BASE)
		return fn >= FFA_FN_FIRST && fn <= FFA_FN_LAST;
	return id == SMCCC_VERSION;
}

/**
 * vffa_call() - serve one call of a guest
 * @vcpu: of a VM entered with vffa_vm_enter(); no other call of this vCPU is inside or parked
 * @regs: in: the guest's x0-x17; out: what it reads next. For an SMC32 call (but FFA_RUN
 *	  that a 64-bit answer ends), in AArch32, and before FF-A 1.2, x8-x17 are left alone
 * @aarch32: the guest runs in AArch32: it has no SMC64 functions
 *
 * Never fails as a function: what the guest did wrong is in the answer.
 *
 * Context: may sleep; no locks; in the VM's own process. May run partition code.
 * Return: VFFA_RESUME_GUEST, or VFFA_EXIT_TO_VMM.
 */
enum vffa_action vffa_call(struct vffa_vcpu *vcpu, struct vffa_regs *regs, bool aarch32);

/**
 * vffa_resume() - finish a parked call
 * @vcpu:   entered; its call is parked
 * @result: what the VMM made of it: VFFA_OK, or the reason it could not
 * @regs:   in: the guest's registers at the call; out: as vffa_call()
 *
 * Return: as vffa_call(); a call may be parked more than once.
 */
enum vffa_action vffa_resume(struct vffa_vcpu *vcpu, enum vffa_ret result, struct vffa_regs *regs);

/**
 * vffa_is_parked() - does a call of this vCPU wait for the VMM
 * @vcpu: any
 */
static inline bool vffa_is_parked(const struct vffa_vcpu *vcpu)
{
	return vcpu->parked;
}

/**
 * enum vffa_exit_op - what a parked call asks of the VMM
 * @VFFA_EXIT_REVOKE:  take the ranges away from the guest, before they are lent or donated
 * @VFFA_EXIT_RESTORE: give the ranges back to the guest: they were reclaimed, or never left
 */
enum vffa_exit_op {
	VFFA_EXIT_REVOKE,
	VFFA_EXIT_RESTORE,
};

/**
 * struct vffa_exit - a parked call, as the VMM sees it
 * @op:		what to do
 * @nr_ranges:	with how many ranges of guest memory
 */
struct vffa_exit {
	enum vffa_exit_op op;
	uint32_t nr_ranges;
};

/**
 * vffa_exit_get() - what a parked call asks of the VMM
 * @vcpu: entered; its call is parked
 * @exit: out
 */
void vffa_exit_get(const struct vffa_vcpu *vcpu, struct vffa_exit *exit);

/**
 * vffa_exit_ranges() - the ranges of guest memory that a parked call is about
 * @vcpu:   entered; its call is parked
 * @first:  index of the first that is wanted
 * @max:    entries of @ranges
 * @ranges: out: IPAs, in ascending or any other order; none overlaps another
 *
 * Return: how many were written; 0 = there are no more.
 */
uint32_t vffa_exit_ranges(const struct vffa_vcpu *vcpu, uint32_t first, uint32_t max,
			  struct vffa_range *ranges);

/* vffa_sri(): how many answers of the SPMC it looks at, and how soon it wants to be called again. */
#define VFFA_SRI_MAX_ANSWERS 64u
#define VFFA_SRI_AGAIN_NS    1000000ull

/**
 * vffa_sri() - the schedule receiver interrupt has come: tell every VM that has something pending
 * @relay: started, and it has an interrupt (struct vffa_spmc.sri)
 *
 * Asks the SPMC who has, and makes the VMs' notification pending interrupts pending (npi()). Partitions
 * that have are noted for vffa_turns(): afterwards ask vffa_turns_wanted(). What
 * becomes pending after the SPMC's last answer comes with another interrupt: the home lets no
 * interrupt that arrives during this call go by, and calls again.
 *
 * Context: may sleep; no locks, and none of a VM is waited for; one call at a time. Runs no partition
 * code.
 * Return: false = nothing is left to be told; true = the SPMC has more, or could not answer: call
 * again after VFFA_SRI_AGAIN_NS, whether another interrupt comes or not.
 * Spec: FF-A 1.2, FFA_NOTIFICATION_INFO_GET.
 */
bool VFFA_MUST_CHECK vffa_sri(struct vffa_relay *relay);

/**
 * vffa_turns() - worker: give cycles to partitions that have something pending
 * @relay: started
 *
 * A partition that is at work for a VM gets its turn later, and a request for one that has its turn
 * waits, or is answered BUSY when its vCPU has something else to do. A turn that takes longer than
 * VFFA_WORK_BUDGET_NS goes on later, at last once in VFFA_WORK_RETRY_NS.
 *
 * Context: may sleep; no locks; one call at a time. Runs partition code, for VFFA_WORK_BUDGET_NS each at
 * most.
 * Return: nanoseconds until it wants to be called again; 0 = nothing is left to do until
 * vffa_turns_wanted().
 * Spec: FF-A 1.2, "Schedule Receiver Interrupt", FFA_RUN.
 */
uint64_t VFFA_MUST_CHECK vffa_turns(struct vffa_relay *relay);

/**
 * vffa_turns_finish() - go on with the turns that are stopped, and begin none
 * @relay: started
 *
 * For a home that ends: nobody else resumes what the relay leaves stopped.
 *
 * Context: as vffa_turns(), which is not called any more.
 * Return: true = no partition is stopped in its turn; false = one is, after VFFA_WORK_BUDGET_NS.
 */
bool VFFA_MUST_CHECK vffa_turns_finish(struct vffa_relay *relay);

/**
 * vffa_turns_wanted() - is there something for vffa_turns() to do
 * @relay: started
 *
 * Context: any.
 * Return: true; false = not until vffa_sri() is told of more, but for what vffa_turns() has put off.
 */
bool vffa_turns_wanted(const struct vffa_relay *relay);

/**
 * vffa_vm_version() - the FF-A version a VM negotiated
 * @vm: initialised
 *
 * Return: FFA_VERSION_1_*; 0 before FFA_VERSION.
 */
static inline uint32_t vffa_vm_version(const struct vffa_vm *vm)
{
	int v = vffa_atomic_load(&vm->version) & VFFA_VERSION_MINOR_MASK;

	return v ? FFA_VERSION_MAKE(1, v - 1) : 0;
}

#endif /* VFFA_RELAY_H */
