/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What partitions do with memory that VMs donated to them: they send it on to VMs, which borrow it. The
 * model of that, and its steps.
 */
#ifndef VFFA_PROP_LOANS_H
#define VFFA_PROP_LOANS_H

#include "play.h"

struct model;

#define LOANS_MAX	 24
#define LOANS_MAX_TO	 2
#define LOANS_MAX_RANGES 2

/**
 * struct loan - a transaction of a partition
 * @is_there:	there is one; or, @is_given, there was: the pages are no partition's any more
 * @is_given:	a donation that was retrieved
 * @type:	enum type
 * @owner:	the partition
 * @base:	of the first range; each has @nr_pages, and there are as many between two
 * @writable:	receivers may ask for the right to write
 * @to:		its receivers
 */
struct loan {
	bool is_there;
	bool is_given;
	unsigned int type;
	uint64_t handle;
	uint64_t tag;
	uint16_t owner;
	uint64_t base;
	uint32_t nr_pages;
	uint32_t nr_ranges;
	bool writable;
	uint32_t nr_to;
	/**
	 * @to.vm:	 VM
	 * @to.has:	 it has retrieved it
	 * @to.writable: and asked for the right to write
	 * @to.hidden:	 but cannot access it: nobody knows whether the SPMC took it back
	 * @to.first:	 page of its window
	 */
	struct loan_to {
		unsigned int vm;
		bool has;
		bool writable;
		bool hidden;
		uint32_t first;
	} to[LOANS_MAX_TO];
};

/** loan_total() - pages of all ranges; loan_page() - where the @n-th is */
uint32_t loan_total(const struct loan *loan);
uint64_t loan_page(const struct loan *loan, uint32_t n);

/** loans_count() - how many @vm has retrieved */
unsigned int loans_count(const struct model *m, unsigned int vm);

/** loans_check() - each window shows what its VM has, with the rights it has, and nothing else */
void loans_check(struct model *m);

/** loans_sync() - @vm is ending: what it has left is what the SPMC says it has */
void loans_sync(struct model *m, unsigned int vm);

/** loan_send() - its partition sends it, as far as it may. Return: true: it is there */
bool loan_send(struct model *m, struct loan *loan);

/**
 * loan_borrow() - @vm retrieves it as it should; loan_give_back() - and relinquishes it
 *
 * Return: false: it was refused, because something was made to fail, and nothing has changed.
 */
bool loan_borrow(struct model *m, struct loan *loan, unsigned int vm);
bool loan_give_back(struct model *m, struct loan *loan, unsigned int vm);

/** play_pass_on() - step: a partition sends; play_call_in() - and wants it back */
void play_pass_on(struct model *m, struct rng *rng);
void play_call_in(struct model *m, struct rng *rng);

/** play_borrow() - step: a VM retrieves; play_give_back() - and relinquishes */
void play_borrow(struct model *m, struct rng *rng);
void play_give_back(struct model *m, struct rng *rng);

#endif /* VFFA_PROP_LOANS_H */
