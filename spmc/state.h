/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an SPMC knows. Homes embed struct spmc; everything in here is private otherwise.
 *
 * Fields belong to the holder of the lock unless a comment says otherwise.
 */
#ifndef SPMC_STATE_H
#define SPMC_STATE_H

#include "ffa.h"
#include "spmc.h"

#define SPMC_SP_PAGE	  4096
#define SPMC_SP_DATA_SIZE 1024
#define SPMC_SCRATCH_SIZE (RXTX_PAGES_MASK * PAGE_SIZE_4K)
#define SPMC_NR_FN	  256

/* An RX/TX pair. The consumer of RX is its endpoint, the producer the SPMC. */
enum mailbox_state {
	MAILBOX_NONE,
	MAILBOX_EMPTY,	   /* the SPMC may write RX */
	MAILBOX_FULL,	   /* the endpoint reads RX */
	MAILBOX_ELSEWHERE, /* a VM's: the hypervisor has acquired RX */
};

struct buffer_page {
	uint8_t *va;
	uint64_t pa;
};

/**
 * struct mailbox - an RX/TX pair
 * @tx, @rx: contiguous; not for VMs
 * @tx_pages, @rx_pages: a VM's, page by page
 * @tx_pa, @rx_pa: of contiguous ones in the normal world
 * @is_mapped: the platform's map() made them addressable; a partition's are
 */
struct mailbox {
	enum mailbox_state state;
	uint32_t nr_pages;
	uint8_t *tx;
	uint8_t *rx;
	struct buffer_page tx_pages[SPMC_MAX_VM_BUFFER_PAGES];
	struct buffer_page rx_pages[SPMC_MAX_VM_BUFFER_PAGES];
	uint64_t tx_pa;
	uint64_t rx_pa;
	bool is_mapped;
};

/* Who sets notifications: each kind of sender has 64 bits of its own at every receiver. */
enum notif_source {
	NOTIF_FROM_SPS,
	NOTIF_FROM_VMS,
	NR_NOTIF_SOURCES,
};

/**
 * struct notif_bits - 64 notifications of one receiver
 * @bound:    bits that have a sender
 * @per_vcpu: those of them that are for one vCPU
 * @sender:   of each bound bit
 * @pending:  global ones
 * @pending_vcpu: by vCPU
 */
struct notif_bits {
	uint64_t bound;
	uint64_t per_vcpu;
	uint16_t sender[64];
	uint64_t pending;
	uint64_t pending_vcpu[SPMC_MAX_VCPUS];
};

/**
 * struct notif - notifications of one receiver
 * @nr_vcpus:  0 = it takes none
 * @framework: pending, of the SPM
 * @news:      something global is pending that FFA_NOTIFICATION_INFO_GET has not told
 * @news_vcpus: likewise, by vCPU
 */
struct notif {
	unsigned int nr_vcpus;
	struct notif_bits bits[NR_NOTIF_SOURCES];
	uint32_t framework;
	bool news;
	uint64_t news_vcpus;
};

/* An FF-A version as negotiated by one caller. */
struct version {
	uint8_t minor;
	bool locked;
};

enum ctx_state {
	CTX_OFF, /* has not started up */
	CTX_WAITING,
	CTX_RUNNING,
	CTX_BLOCKED, /* by its own request, or having yielded */
	CTX_PREEMPTED,
	CTX_ABORTED,
};

/* The runtime model of a context that is not waiting: how it came to run. */
enum ctx_model {
	MODEL_INIT,
	MODEL_RUN,
	MODEL_DIRECT,
	MODEL_INTERRUPT, /* a secure one */
};

enum ctx_exit {
	EXIT_CALL,
	EXIT_PREEMPTED,
	EXIT_INTERRUPTED, /* by a secure interrupt; goes on afterwards */
	EXIT_LIE,
	EXIT_SERVICE,
};

typedef void ctx_service_fn(struct spmc_ctx *ctx, void *arg);

/**
 * struct open_req - the direct request a context works on
 * @fid:  function id of the request
 * @from: who sent it
 * @w2:	  of the request: the framework message, or 0
 */
struct open_req {
	uint32_t fid;
	uint16_t from;
	uint32_t w2;
};

/**
 * struct ctx_timer - when a context is to be interrupted
 * @at_ns: 0 = never
 * @cpu:   whose timer does it
 */
struct ctx_timer {
	uint64_t at_ns;
	unsigned int cpu;
};

/**
 * struct spmc_ctx - an execution context of a partition
 * @regs, @exit: written by the context itself while it runs, by the SPMC while it does not
 * @service:	 what the SPMC is to do for it, with @service_arg, when it left with EXIT_SERVICE
 * @caller:	 the context that is blocked until this one responds; NULL = the normal world is
 * @yielded:	 BLOCKED because of FFA_YIELD
 * @interruptible: Non-secure interrupts preempt it
 * @interrupted: its timer has fired, of which it has not been told
 */
struct spmc_ctx {
	struct spmc *spmc;
	struct spmc_part *part;
	uint16_t index;
	enum ctx_state state;
	enum ctx_model model;
	struct spmc_coro *co;
	struct vffa_regs regs;
	enum ctx_exit exit;
	ctx_service_fn *service;
	void *service_arg;
	struct open_req req;
	struct spmc_ctx *caller;
	bool yielded;
	bool interruptible;
	bool interrupted;
	struct ctx_timer timer;
	unsigned int cpu;
};

/**
 * struct spmc_part - a secure partition
 * @props:	   PROP_*
 * @queue_ns_irqs: Non-secure interrupts wait until it is done
 * @data:	   the partition's own, zero at first
 * @tx, @rx:	   memory it may use as its RX/TX pair
 */
struct spmc_part {
	uint16_t id;
	uint16_t nr_ctxs;
	uint32_t props;
	bool queue_ns_irqs;
	unsigned int nr_uuids;
	uint8_t uuids[SPMC_MAX_UUIDS][16];
	const struct spmc_image *image;
	struct version version;
	struct mailbox mailbox;
	struct notif notif;
	struct spmc_ctx ctxs[SPMC_MAX_CPUS];
	uint64_t data[SPMC_SP_DATA_SIZE / 8];
	uint8_t tx[SPMC_SP_PAGE] __attribute__((aligned(SPMC_SP_PAGE)));
	uint8_t rx[SPMC_SP_PAGE] __attribute__((aligned(SPMC_SP_PAGE)));
};

/* What the SPMC keeps for an endpoint of the normal world that asked for something. */
struct spmc_vm {
	bool used;
	uint16_t id;
	struct mailbox mailbox;
	struct notif notif;
};

enum page_use {
	PAGE_FREE, /* its owner's alone */
	PAGE_SHARED,
	PAGE_LENT,   /* or donated and not yet taken */
	PAGE_BUFFER, /* part of an RX/TX pair */
};

/**
 * struct mem_emad - an endpoint's access (EMAD)
 * @composite: offset of the ranges' descriptor; 0 = none
 */
struct mem_emad {
	uint16_t id;
	uint8_t perms;
	uint8_t flags;
	uint32_t composite;
	uint8_t impdef[16];
};

/* The head of a list of ranges. */
struct mem_composite {
	uint32_t nr_pages;
	uint32_t nr_ranges;
};

/* Where in a list of ranges the last look was. */
struct range_cursor {
	uint32_t range;
	uint32_t nth;
	uint32_t first_page;
};

/**
 * struct range_list - ranges, chained in the pool
 * @first, @last: when there are any
 * @nr_pages:	  in all of them
 */
struct range_list {
	uint32_t first;
	uint32_t last;
	uint32_t nr_ranges;
	uint32_t nr_pages;
	struct range_cursor cursor;
};

/**
 * struct mem_buffer - where a descriptor is
 * @pa:	      of memory its sender names in the call
 * @nr_pages: 0 = it is in TX
 */
struct mem_buffer {
	uint64_t pa;
	uint32_t nr_pages;
};

/* How much of a descriptor with these ranges a borrower has fetched. */
struct mem_reply {
	struct range_list *ranges;
	uint32_t total;
	uint32_t sent;
};

/**
 * struct mem_request - a borrower's request of which fragments are missing
 * @total:    bytes in it; 0 = there is none
 * @received: bytes that have come
 * @nr_pages: whose addresses it announced
 * @write, @zero_after: what it asks for
 */
struct mem_request {
	uint32_t total;
	uint32_t received;
	uint32_t nr_pages;
	bool write;
	bool zero_after;
	struct mem_buffer buf;
};

/**
 * struct mem_borrower - an endpoint a region was offered to
 * @emad:	  as the sender gave it
 * @is_retrieved: it has the region
 * @can_write:	  as it retrieved it
 * @zero_after:	  it asked for zeroes after it relinquishes
 * @at:		  addresses it chose, page by page the region's; none = the region's own
 */
struct mem_borrower {
	struct mem_emad emad;
	bool is_retrieved;
	bool can_write;
	bool zero_after;
	struct range_list at;
	struct mem_request req;
	struct mem_reply reply;
};

enum region_state {
	REGION_FREE,
	REGION_SENDING, /* fragments are missing */
	REGION_LIVE,
	REGION_GONE, /* donated; the new owner still fetches the descriptor */
};

/**
 * struct mem_region - a memory transaction
 * @type:  FN_MEM_SHARE, FN_MEM_LEND or FN_MEM_DONATE
 * @comp:  how many pages and ranges its sender announced
 * @total, @received: bytes of the sender's descriptor
 * @is_zeroed: the sender's request for zeroes was met
 * @hyp_reply: for the hypervisor that looks it up
 */
struct mem_region {
	enum region_state state;
	uint64_t handle;
	uint16_t sender;
	uint16_t attrs;
	uint32_t type;
	uint32_t flags;
	uint64_t tag;
	uint32_t nr_borrowers;
	struct mem_borrower borrowers[SPMC_MAX_BORROWERS];
	struct range_list ranges;
	struct mem_composite comp;
	struct mem_buffer buf;
	uint32_t total;
	uint32_t received;
	bool is_zeroed;
	struct mem_reply hyp_reply;
};

struct spmc_cpu {
	bool started;
	uint64_t timer_ns;	  /* what its timer is set to; 0 = nothing */
	bool sri_delayed;	  /* until its next return to the normal world */
	struct spmc_ctx *current; /* the context that runs on it; this CPU's own */
};

/**
 * struct paused_op - a call that is served when it was resumed
 * @handle: of this operation
 * @left:   FFA_MEM_OP_RESUME so many times; 0 = this is none
 * @regs:   the call
 */
struct paused_op {
	uint64_t handle;
	uint64_t left;
	struct vffa_regs regs;
};

struct fault_slot {
	bool used;
	uint32_t target; /* only of FFA_RUN for this context; 0 = of any */
	struct spmc_fault fault;
};

struct spmc {
	struct spmc_config cfg;
	struct version nwd; /* what the hypervisor negotiated */
	struct mailbox hyp;
	struct spmc_vm vms[SPMC_MAX_VMS];
	unsigned int nr_parts;
	struct spmc_part parts[SPMC_MAX_PARTS];
	struct mem_region regions[SPMC_MAX_REGIONS];
	uint64_t last_serial;
	uint32_t free_range;
	uint8_t scratch[SPMC_SCRATCH_SIZE]; /* a descriptor, copied before it is looked at */
	uint8_t window[SPMC_WINDOW_PAGES / 8]; /* while addresses are checked: those in use */
	struct spmc_cpu cpus[SPMC_MAX_CPUS];
	struct fault_slot faults[SPMC_MAX_FAULTS];
	uint32_t nr_ends; /* of what partitions would do for ever; atomic */
	struct paused_op paused[SPMC_MAX_PAUSED];
};

#endif /* SPMC_STATE_H */
