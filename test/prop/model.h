/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The slow and obvious model of memory transactions: a list of them, from which who has which page
 * of the host is worked out anew each time it is asked.
 */
#ifndef VFFA_PROP_MODEL_H
#define VFFA_PROP_MODEL_H

#include "loans.h"

#define MODEL_MAX_MEMS	 64
#define MODEL_MAX_RANGES 12
#define MODEL_MAX_TO	 10
#define MODEL_NR_IPAS	 640 /* pages a VM can name */

enum type {
	SHARE,
	LEND,
	DONATE,
};

/**
 * enum where - how far a transaction is
 * @NOWHERE:   there is none
 * @PARTIAL:   fragments are outstanding
 * @REVOKING:  parked, the VMM has to take the pages from the guest
 * @LIVE:      the SPMC has it
 * @RESTORING: parked, the VMM has to give the pages back to the guest
 * @GIVEN:     donated and retrieved, and the VM has ended: it is nobody's transaction
 */
enum where {
	NOWHERE,
	PARTIAL,
	REVOKING,
	LIVE,
	RESTORING,
	GIVEN,
};

/**
 * struct mem - a transaction
 * @nr_taken:  of @ranges, sent so far
 * @nr_pages:  as stated
 * @received:  bytes sent so far
 * @retrieved: by receiver
 * @is_double: names a page twice, which has gone unnoticed
 * @is_failed: RESTORING because it came to nothing
 * @due_ns:    PARTIAL: when it ends by itself
 */
struct mem {
	enum where where;
	unsigned int vm;
	unsigned int vcpu;
	enum type type;
	uint64_t handle;
	uint16_t sender;
	uint16_t attrs;
	uint32_t flags;
	uint64_t tag;
	uint32_t nr_to;
	uint16_t to[MODEL_MAX_TO];
	uint8_t perms[MODEL_MAX_TO];
	uint64_t impdef[MODEL_MAX_TO][2];
	uint32_t nr_ranges;
	uint32_t nr_taken;
	struct vffa_range ranges[MODEL_MAX_RANGES];
	uint32_t nr_pages;
	uint32_t received;
	bool retrieved[MODEL_MAX_TO];
	bool is_double;
	bool is_failed;
	uint64_t due_ns;
};

/**
 * struct page - a page of the host
 * @count:    transactions it is in, or 1 = it is part of a buffer
 * @borrowed: how often VMs have it from a partition it was donated to
 * @owner:    VM
 * @writable: one of the transactions lets others write
 */
struct page {
	uint32_t count;
	uint32_t borrowed;
	unsigned int owner;
	enum type type;
	bool is_buffer;
	bool writable;
};

/**
 * struct model - what should be
 * @no_access: pages that the VMM has taken from the guest
 */
struct model {
	struct play *p;
	struct mem mems[MODEL_MAX_MEMS];
	struct loan loans[LOANS_MAX];
	struct page pages[FAKE_HOST_PAGES];
	bool no_access[PLAY_NR_VMS][MODEL_NR_IPAS];
};

/* A set of errors: bit n is status -n. */
#define ERR(ret) (1u << -(int)(ret))

/*
 * In such a set: it may go well, too. A page that is shared twice in one transaction is noticed when
 * all of it is there.
 */
#define ERR_OR_LATER 0x80000000u

/** model_new() - a place for a transaction, all zero */
struct mem *model_new(struct model *m);

/** model_pick() - a random transaction of @vm in a state; NULL = there is none */
struct mem *model_pick(struct model *m, struct rng *rng, unsigned int vm, enum where where);

/** model_count() - how many of @vm are somewhere; NOWHERE = anywhere but GIVEN, and what it borrows */
unsigned int model_count(const struct model *m, unsigned int vm, enum where where);

/** model_drop() - it is over */
void model_drop(struct model *m, struct mem *mem);

/** model_is_retrieved() - does anyone but the owner have the pages */
bool model_is_retrieved(const struct mem *mem);

/** model_is_borrowed() - has a VM borrowed any of a donation */
bool model_is_borrowed(struct model *m, const struct mem *mem);

/**
 * struct secure_page - what the SPMC should know of a page
 * @count:  transactions it is in
 * @type:   of them
 * @sender: whose they are
 * @owner:  a partition; 0 = the normal world
 * @is_rx:  it is part of a VM's RX
 */
struct secure_page {
	uint32_t count;
	enum type type;
	uint16_t sender;
	uint16_t owner;
	bool is_rx;
};

/** model_secure_pages() - all of the host, until the next call */
const struct secure_page *model_secure_pages(struct model *m);

/** model_page_nr() - index of the page at an address, into what has all pages of the host */
uint64_t model_page_nr(uint64_t pa);

/** model_check_error() - one of @errors was given; or anything, where something was made to fail */
void model_check_error(struct model *m, const struct vffa_regs *regs, uint32_t errors, bool failed);

/** model_find_vcpu() - a vCPU that can call; false: that one cannot */
bool model_find_vcpu(struct model *m, struct rng *rng, unsigned int *vm, unsigned int *vcpu);

/** model_tx() - a VM's TX, or what would be */
uint8_t *model_tx(struct model *m, unsigned int vm);

/**
 * model_errors_of_ranges() - may the next ranges of a transaction be taken
 * @to: up to here, exclusive
 *
 * Return: errors of which one must be given, or none; and ERR_OR_LATER.
 */
uint32_t model_errors_of_ranges(struct model *m, const struct mem *mem, uint32_t to);

/** model_errors_of_whole() - all ranges are there: what is wrong with them together */
uint32_t model_errors_of_whole(const struct mem *mem);

/** model_errors_of_buffers() - may @vm have RX/TX from @tx on */
uint32_t model_errors_of_buffers(struct model *m, unsigned int vm, uint64_t tx);

/** model_set_access() - the VMM takes a transaction's pages from the guest, or gives them back */
void model_set_access(struct model *m, const struct mem *mem, bool access);

/** model_check_exit() - a parked call asks the VMM for exactly these pages */
void model_check_exit(struct model *m, const struct mem *mem, enum vffa_exit_op op);

/** model_check_region() - the SPMC has a LIVE transaction as its owner sent it */
void model_check_region(struct model *m, const struct mem *mem);

/** model_check() - everything is as it should be */
void model_check(struct model *m);

#endif /* VFFA_PROP_MODEL_H */
