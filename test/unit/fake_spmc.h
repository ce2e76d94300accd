/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small SPMC at the NS physical instance, in memory, driven by its fields.
 *
 * It keeps what the relay must not get wrong (buffers, VMs that partitions know of, requests under
 * way) and complains about what a real one would suffer from. It is no partition manager: its
 * partitions echo.
 */
#ifndef VFFA_TEST_FAKE_SPMC_H
#define VFFA_TEST_FAKE_SPMC_H

#include <vffa/abi.h>
#include <vffa/relay.h>

#define FAKE_MAX_PARTS	 160
#define FAKE_MAX_OPEN	 32
#define FAKE_MAX_SCRIPTS 16
#define FAKE_MAX_REGIONS 80
#define FAKE_MAX_LOANS	 8
#define FAKE_MAX_PAIRS	 8
#define FAKE_MAX_NOTIFS	 8 /* VMs 0 to that */
#define FAKE_NOTIF_VCPUS 4

/* Ranges of a region that are kept; all are counted. */
#define FAKE_REGION_RANGES 8

/* Ranges of a loan: more than RX of one page holds. */
#define FAKE_LOAN_RANGES 300

/**
 * struct fake_part - a secure partition that echoes
 * @id, @nr_contexts, @props, @uuid: as listed
 * @stops:     how often each request is stopped before its answer
 * @yields:    it stops by FFA_YIELD instead of FFA_INTERRUPT
 * @yield_ns:  time-out in its FFA_YIELD
 * @status:    of its answers to VM_CREATED and VM_DESTROYED, for the next @nr_status of them
 * @known:     bit n: it was told of VM n, and not yet of its end
 * @mail:      how many indirect messages it got
 * @rx_full:   and has not released the last of them
 * @turns:     how often it got cycles for nobody's request
 * @turn_stops: how often it is stopped by an interrupt before it ends its turn
 */
struct fake_part {
	vffa_id_t id;
	uint16_t nr_contexts;
	uint32_t props;
	struct vffa_uuid uuid;
	unsigned int stops;
	bool yields;
	uint64_t yield_ns;
	int32_t status;
	unsigned int nr_status;
	uint64_t known;
	unsigned int mail;
	bool rx_full;
	unsigned int turns;
	unsigned int turn_stops;
};

/* A request that a partition has not answered yet. */
struct fake_request {
	bool open;
	unsigned int part;
	unsigned int stops_left;
	struct vffa_regs regs;
};

/* An answer to give once instead of the usual one. */
struct fake_script {
	uint32_t fid;
	struct vffa_regs answer;
};

/**
 * struct fake_region - memory that a VM shared, lent or donated
 * @fid:     by which call
 * @owner, @tag, @stated_pages: of the descriptor
 * @composite: where the composite descriptor was
 * @head:    the descriptor's first bytes, as they came
 * @whole:   no fragment is outstanding
 * @held:    a partition has it: it cannot be reclaimed
 * @donated: and never will be
 * @nr_pages, @nr_ranges, @ranges: what came; @hash tells its pages and their order
 */
struct fake_region {
	bool used;
	bool whole;
	bool held;
	bool donated;
	vffa_id_t owner;
	uint32_t fid;
	uint64_t handle;
	uint64_t tag;
	uint32_t composite;
	uint32_t total;
	uint32_t received;
	uint32_t nr_fragments;
	uint32_t stated_pages;
	uint32_t nr_pages;
	uint32_t nr_ranges;
	struct vffa_range ranges[FAKE_REGION_RANGES];
	uint64_t hash;
	uint8_t head[512];
};

/**
 * struct fake_loan - memory that a partition sends to a VM
 * @retrieved: the VM has it
 * @total, @sent, @sent_ranges: of the descriptor that it is told
 * @nr_ranges: may be more than there are @ranges: then they come again and again
 */
struct fake_loan {
	bool used;
	bool retrieved;
	vffa_id_t owner;
	vffa_id_t to;
	uint32_t type;
	uint8_t perms;
	uint64_t handle;
	uint32_t total;
	uint32_t sent;
	uint32_t sent_ranges;
	uint32_t nr_ranges;
	struct vffa_range ranges[FAKE_LOAN_RANGES];
};

/* Who may use a VM's RX. */
enum fake_rx {
	FAKE_RX_EMPTY,	   /* the SPMC */
	FAKE_RX_FULL,	   /* the VM, for a partition has sent it a message */
	FAKE_RX_ELSEWHERE, /* the hypervisor */
};

/**
 * struct fake_pair - RX/TX buffers of a VM
 * @vm: whose; 0 = none
 * @nr_ranges: of both, as they came
 * @rx, @tx: each page
 */
struct fake_pair {
	vffa_id_t vm;
	enum fake_rx state;
	uint32_t nr_pages;
	uint32_t nr_ranges;
	uint64_t rx[VFFA_MAILBOX_MAX_PAGES];
	uint64_t tx[VFFA_MAILBOX_MAX_PAGES];
};

/* The last indirect message that was delivered, as it was in TX. */
struct fake_mail {
	uint8_t header[FFA_MSG_HEADER_SIZE_1_2];
	uint32_t size;
	uint8_t payload[64]; /* the first of it */
};

/**
 * struct fake_notif - notifications of a VM
 * @created: there is a bitmap
 * @bound:   which are bound; to whom, only real SPMCs mind
 * @pending, @pending_vcpu, @framework: set by the test
 */
struct fake_notif {
	bool created;
	uint32_t nr_vcpus;
	uint64_t bound;
	uint64_t pending;
	uint64_t pending_vcpu[FAKE_NOTIF_VCPUS];
	uint32_t framework;
};

/**
 * struct fake_spmc - the SPMC
 * @version:   FFA_VERSION_1_*; 0 = there is none
 * @id:	       its own
 * @desc_size: of a partition information descriptor: 8, 24 or 48
 * @rxtx_props: what FFA_FEATURES says of FFA_RXTX_MAP
 * @rxtx_limit: more pages than that are refused, whatever FFA_FEATURES says; 0 = no limit
 * @no_features: function ids that FFA_FEATURES denies, up to the first 0
 * @mem_pauses:  how often each call about memory is paused before its answer
 * @agrees:	 whatever is reclaimed is given back, known or not
 * @fragment:	 so many bytes go into RX at most; 0 = as many as it has room for
 * @corrupt_at, @corrupt: what is wrong with every descriptor that goes into RX
 * @sri:	 what FFA_FEATURES says of the schedule receiver interrupt; 0 = no notifications
 * @keeps_bound: a bitmap is not destroyed while a bit of it is bound, as OP-TEE has it
 * @info_at:	 the next VM that FFA_NOTIFICATION_INFO_GET looks at: one with each answer
 */
struct fake_spmc {
	uint32_t version;
	vffa_id_t id;
	uint32_t desc_size;
	uint32_t rxtx_props;
	uint32_t rxtx_limit;
	uint32_t no_features[8];
	unsigned int nr_parts;
	struct fake_part parts[FAKE_MAX_PARTS];

	bool mapped;
	bool rx_full;
	uint64_t tx_pa;
	uint64_t rx_pa;
	uint32_t rxtx_pages;
	struct fake_request requests[FAKE_MAX_OPEN];
	struct fake_pair pairs[FAKE_MAX_PAIRS];
	struct fake_mail mail;
	struct fake_region regions[FAKE_MAX_REGIONS];
	struct fake_loan loans[FAKE_MAX_LOANS];
	uint32_t fragment;
	uint32_t corrupt_at;
	uint8_t corrupt;
	uint64_t last_handle;
	uint32_t last_reclaim_flags;
	unsigned int mem_pauses;
	unsigned int pauses_left;
	struct vffa_regs paused;
	bool agrees;
	uint32_t sri;
	bool keeps_bound;
	unsigned int info_at;
	struct fake_notif notifs[FAKE_MAX_NOTIFS];

	unsigned int nr_scripts;
	struct fake_script scripts[FAKE_MAX_SCRIPTS];

	const char *complaint; /* the first thing that was wrong with the relay's calls */
};

/**
 * fake_spmc_init() - an SPMC of FF-A 1.2 with the partitions of enum fake_sp
 * @spmc: out
 */
void fake_spmc_init(struct fake_spmc *spmc);

/* Partitions of fake_spmc_init(), as indices into struct fake_spmc.parts. */
enum fake_sp {
	FAKE_SP_ECHO,	   /* takes direct messages of every kind; may migrate */
	FAKE_SP_SUBSCRIBER, /* wants to know of VMs */
	FAKE_SP_PINNED,	   /* one context per CPU */
	FAKE_SP_MUTE,	   /* takes no messages */
	FAKE_NR_SPS,
};

#define FAKE_ID(sp) ((vffa_id_t)(FFA_ID_SECURE + 1 + (sp)))

/**
 * fake_spmc_script() - answer the next call of a function by these registers
 * @spmc:   whose
 * @fid:    the call
 * @answer: instead of doing anything
 */
void fake_spmc_script(struct fake_spmc *spmc, uint32_t fid, struct vffa_regs answer);

/**
 * fake_spmc_call() - serve one SMC
 * @spmc: callee
 * @regs: in and out
 */
void fake_spmc_call(struct fake_spmc *spmc, struct vffa_regs *regs);

/**
 * fake_spmc_nr_open() - how many requests are under way
 * @spmc: asked
 */
unsigned int fake_spmc_nr_open(const struct fake_spmc *spmc);

/**
 * fake_spmc_region() - the region with a handle, whole or not
 *
 * Return: NULL = there is none.
 */
struct fake_region *fake_spmc_region(struct fake_spmc *spmc, uint64_t handle);

/** fake_spmc_nr_bitmaps() - how many VMs have a bitmap for notifications */
unsigned int fake_spmc_nr_bitmaps(const struct fake_spmc *spmc);

/** fake_spmc_nr_regions() - how many regions there are, whole or not, that are not a partition's own */
unsigned int fake_spmc_nr_regions(const struct fake_spmc *spmc);

/** fake_spmc_pair() - buffers of a VM; NULL = it has none there */
struct fake_pair *fake_spmc_pair(struct fake_spmc *spmc, vffa_id_t vm);

#endif /* VFFA_TEST_FAKE_SPMC_H */
