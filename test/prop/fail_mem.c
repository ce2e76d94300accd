// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kind of transaction, for one receiver and for two, whole and in fragments of the guest's and of
 * the relay's, and of what VMs borrow, in which each operation fails in turn, and the VMM when it is to
 * revoke or to restore access: nothing stays, and the next attempt succeeds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "send.h"
#include "sp/proto.h"

/* More than any transaction needs. */
#define MAX_NTH 2000u

static const char *const op_names[FAKE_NR_OPS] = {
	[FAKE_OP_SMC] = "SMC",	     [FAKE_OP_LOCK] = "lock",	     [FAKE_OP_PIN] = "pin",
	[FAKE_OP_LEAF] = "leaf",     [FAKE_OP_ALLOC] = "allocation", [FAKE_OP_WINDOW] = "window",
	[FAKE_OP_CHARGE] = "charge",
};

static const char *const type_names[] = { "share", "lend", "donate" };

/**
 * struct sample - a transaction
 * @in_fragments: the guest sends range by range
 * @nr_pages:	  of its middle range; scattered over the host
 * @nr_to:	  receivers
 * @minor, @spmc_minor: versions of the guest and of the SPMC
 */
struct sample {
	enum type type;
	bool in_fragments;
	uint32_t nr_pages;
	uint32_t nr_to;
	unsigned int minor;
	unsigned int spmc_minor;
};

static struct mem make(struct model *m, const struct sample *s)
{
	struct mem mem = {
		.type = s->type,
		.sender = m->p->vms[0].vm.id,
		.attrs = s->type == SHARE || s->nr_to > 1 ? FFA_MEM_ATTRS_NORMAL : 0,
		.nr_to = s->nr_to,
		.nr_ranges = 3,
		.ranges = {
			{ FAKE_BULK_IPA, 1 },
			{ FAKE_BULK_IPA + 0x10000, s->nr_pages },
			{ FAKE_RAM_IPA + 0x20000, 2 },
		},
		.nr_pages = 3 + s->nr_pages,
	};

	for (uint32_t i = 0; i < s->nr_to; i++) {
		mem.to[i] = send_to(i);
		mem.perms[i] = s->type == DONATE ? 0 : i & 1 ? FFA_MEM_DATA_RO : FFA_MEM_DATA_RW;
	}
	return mem;
}

/* Send from range @first on. Returns false when it is parked. */
static bool send_part(struct model *m, const struct sample *s, struct mem *mem, uint32_t first,
		      struct vffa_regs *regs)
{
	static const uint32_t fids[] = { FFA_MEM_SHARE_64, FFA_MEM_LEND_64, FFA_MEM_DONATE_64 };
	uint32_t end = s->in_fragments ? first + 1 : mem->nr_ranges;
	uint8_t *tx = m->p->vms[0].ram;

	if (first)
		*regs = (struct vffa_regs){ { FFA_MEM_FRAG_TX, regs->x[1], regs->x[2],
					      send_encode_ranges(mem, first, end, tx) } };
	else
		*regs = (struct vffa_regs){ { fids[s->type],
					      send_head_size(m, mem) + mem->nr_ranges * 16,
					      send_encode(m, mem, end, tx) } };
	return play_call(m->p, 0, 0, regs);
}

/* The VMM does all it is asked. Returns the handle; 0 = it came to nothing. */
static uint64_t try_send_mem(struct model *m, const struct sample *s, struct mem *mem)
{
	struct vffa_regs regs;
	bool answered;
	uint32_t first = 0;

	do {
		answered = send_part(m, s, mem, first++, &regs);
	} while (answered && regs.x[0] == FFA_MEM_FRAG_RX);
	while (!answered)
		answered = play_resume(m->p, 0, 0, VFFA_OK, &regs);
	return regs.x[0] == FFA_SUCCESS_32 ? regs.x[2] | regs.x[3] << 32 : 0;
}

static uint64_t try_send(struct model *m, const struct sample *s)
{
	struct mem mem = make(m, s);

	return try_send_mem(m, s, &mem);
}

static bool try_reclaim(struct model *m, uint64_t handle)
{
	struct vffa_regs regs = { { FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32 } };
	bool answered = play_call(m->p, 0, 0, &regs);

	while (!answered)
		answered = play_resume(m->p, 0, 0, VFFA_OK, &regs);
	return regs.x[0] == FFA_SUCCESS_32;
}

/*
 * A fragment that a killed process has not handed over is still awaited; everything else is undone.
 * Without a transaction, model_check() wants every page free on both sides.
 */
static void expect_nothing(struct model *m, uint64_t before)
{
	play_pass_time(m->p, 2 * PLAY_FRAG_NS);
	must(m->p, play_hash(m->p) == before, "something is left");
	model_check(m);
}

/* Returns false when there are fewer than @nth such operations. */
static bool fail_send(struct model *m, const struct sample *s, enum fake_op op, unsigned int nth)
{
	uint64_t before = play_hash(m->p);
	uint64_t handle;
	bool failed;

	play_fail_nth(m->p, op, nth, VFFA_NO_MEMORY);
	handle = try_send(m, s);
	failed = play_failed(m->p);
	must(m->p, failed == !handle, "%s %u", op_names[op], nth);
	if (failed) {
		expect_nothing(m, before);
		handle = try_send(m, s);
	}
	must(m->p, handle, "it does not go well after %s %u", op_names[op], nth);
	must(m->p, try_reclaim(m, handle), "reclaim");
	expect_nothing(m, before);
	return failed;
}

/* The memory stays where it is, and can be reclaimed later. */
static bool fail_reclaim(struct model *m, const struct sample *s, enum fake_op op, unsigned int nth)
{
	uint64_t before = play_hash(m->p);
	uint64_t handle = try_send(m, s);
	uint64_t sent = play_hash(m->p);
	bool failed;
	bool done;

	must(m->p, handle, "send");
	play_fail_nth(m->p, op, nth, VFFA_DENIED);
	done = try_reclaim(m, handle);
	failed = play_failed(m->p);
	must(m->p, failed == !done, "%s %u", op_names[op], nth);
	if (failed) {
		must(m->p, play_hash(m->p) == sent, "something has changed");
		must(m->p, try_reclaim(m, handle), "reclaim");
	}
	expect_nothing(m, before);
	return failed;
}

static void fail_revoke(struct model *m, const struct sample *s)
{
	struct mem mem = make(m, s);
	uint64_t before = play_hash(m->p);
	struct vffa_regs regs;
	uint32_t first = 0;

	while (send_part(m, s, &mem, first++, &regs))
		must(m->p, regs.x[0] == FFA_MEM_FRAG_RX, "0x%llx", (unsigned long long)regs.x[0]);
	must(m->p, play_resume(m->p, 0, 0, VFFA_NO_MEMORY, &regs), "parked");
	must(m->p, regs.x[0] == FFA_ERROR && regs.x[2] == (uint32_t)VFFA_DENIED, "%d",
	     (int)regs.x[2]);
	expect_nothing(m, before);
}

static void expect_aborted(struct model *m, const struct vffa_regs *regs)
{
	must(m->p, regs->x[0] == FFA_ERROR && regs->x[2] == (uint32_t)VFFA_ABORTED, "0x%llx 0x%llx",
	     (unsigned long long)regs->x[0], (unsigned long long)regs->x[2]);
}

/* The memory is the VM's again, even if its VMM cannot let the guest at it, which the guest is told. */
static void fail_restore(struct model *m, const struct sample *s)
{
	uint64_t before = play_hash(m->p);
	uint64_t handle = try_send(m, s);
	struct vffa_regs regs = { { FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32 } };

	must(m->p, handle, "send");
	must(m->p, !play_call(m->p, 0, 0, &regs), "not parked");
	must(m->p, play_resume(m->p, 0, 0, VFFA_NO_MEMORY, &regs), "parked");
	expect_aborted(m, &regs);
	expect_nothing(m, before);
}

/* The same after a send that the SPMC refused: the guest learns no more of that. */
static void fail_restore_of_refused(struct model *m, const struct sample *s)
{
	struct mem mem = make(m, s);
	uint64_t before = play_hash(m->p);
	struct vffa_regs regs;
	uint32_t first = 0;

	while (send_part(m, s, &mem, first++, &regs))
		must(m->p, regs.x[0] == FFA_MEM_FRAG_RX, "0x%llx", (unsigned long long)regs.x[0]);
	play_fail_nth(m->p, FAKE_OP_SMC, 1, VFFA_NO_MEMORY);
	must(m->p, !play_resume(m->p, 0, 0, VFFA_OK, &regs), "not parked");
	must(m->p, play_failed(m->p), "no SMC");
	must(m->p, play_resume(m->p, 0, 0, VFFA_DENIED, &regs), "parked");
	expect_aborted(m, &regs);
	expect_nothing(m, before);
}

/* Returns how many failures there were. */
static unsigned int fail_each(struct model *m, const struct sample *s, enum fake_op op)
{
	unsigned int nr_failed = 0;
	unsigned int nth;

	for (nth = 1; nth < MAX_NTH && fail_send(m, s, op, nth); nth++)
		nr_failed++;
	for (nth = 1; nth < MAX_NTH && fail_reclaim(m, s, op, nth); nth++)
		nr_failed++;
	return nr_failed;
}

static void play(struct model *m, const struct sample *s)
{
	static const enum fake_op ops[] = { FAKE_OP_SMC,  FAKE_OP_LOCK,	 FAKE_OP_PIN,
					    FAKE_OP_LEAF, FAKE_OP_ALLOC, FAKE_OP_CHARGE };
	const struct play_options opt = { .spmc_minor = s->spmc_minor, .run = 1, .tx_pages = 1 };

	play_start(m->p, &opt);
	play_boot(m->p, 0, s->minor, FAKE_RAM_IPA);
	if (s->type != SHARE) {
		fail_revoke(m, s);
		fail_restore(m, s);
		fail_restore_of_refused(m, s);
	}
	for (unsigned int i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		unsigned int nr = fail_each(m, s, ops[i]);

		must(m->p, nr, "no %s has failed", op_names[ops[i]]);
		printf("#   %u of kind %s\n", nr, op_names[ops[i]]);
	}
	vffa_vm_stop(&m->p->vms[0].vm);
	m->p->tx[0] = 0;
	play_pass_time(m->p, PLAY_FRAG_NS);
	model_check(m);
}

/*
 * What a partition passes on to the guest that donated it: page after page, with as many between, so
 * that each is an extent.
 */
#define NR_LENT 30u

static void donate(struct model *m)
{
	const struct sample s = { .type = DONATE, .nr_to = 1 };
	struct mem *mem = model_new(m);

	*mem = make(m, &s);
	mem->nr_ranges = 1;
	mem->ranges[0].nr_pages = 2 * NR_LENT;
	mem->nr_pages = 2 * NR_LENT;
	mem->handle = try_send_mem(m, &s, mem);
	must(m->p, mem->handle, "send");
	mem->where = LIVE;
	mem->nr_taken = 1;
	mem->retrieved[0] = true;
	model_set_access(m, mem, false);
	must(m->p,
	     !play_tell(m->p, SP_ID_BORROWER, BORROWER_RETRIEVE, mem->handle,
			mem->sender | FFA_MEM_DATA_RW << 16, 0),
	     "retrieve");
	model_check(m);
}

static struct loan *pass_on(struct model *m, enum type type, uint32_t n)
{
	struct loan *loan = &m->loans[n];

	*loan = (struct loan){
		.type = type,
		.owner = SP_ID_BORROWER,
		.base = fake_pa(&m->p->vms[0], FAKE_BULK_IPA) + 2ull * n * FFA_PAGE_SIZE,
		.nr_pages = 1,
		.nr_ranges = type == DONATE ? 1 : NR_LENT,
		.writable = true,
		.nr_to = 1,
	};
	must(m->p, loan_send(m, loan), "pass on");
	return loan;
}

/* Refused, it can be had later; or it was donated, and nobody has it. Returns false when nothing failed. */
static bool fail_borrow(struct model *m, struct loan *loan, enum fake_op op, unsigned int nth)
{
	bool done;

	play_fail_nth(m->p, op, nth, VFFA_NO_MEMORY);
	done = loan_borrow(m, loan, 0);
	model_check(m);
	/* A VM cannot have many that it never gives back. */
	if (!done && loan->type != DONATE) {
		must(m->p, loan_borrow(m, loan, 0), "it does not go well after %s %u", op_names[op],
		     nth);
		model_check(m);
	}
	return !done;
}

/* It stays where it is, and can be given back later. */
static bool fail_give_back(struct model *m, struct loan *loan, enum fake_op op, unsigned int nth)
{
	bool done;

	play_fail_nth(m->p, op, nth, VFFA_DENIED);
	done = loan_give_back(m, loan, 0);
	model_check(m);
	must(m->p, done || loan_give_back(m, loan, 0), "after %s %u", op_names[op], nth);
	model_check(m);
	return !done;
}

/* Returns how many failures there were. */
static unsigned int fail_loan(struct model *m, struct loan *loan, enum fake_op op)
{
	unsigned int nr_failed = 0;
	bool failed = true;
	unsigned int nth;

	for (nth = 1; nth < MAX_NTH && failed; nth++) {
		failed = fail_borrow(m, loan, op, nth);
		must(m->p, loan_give_back(m, loan, 0), "relinquish");
		model_check(m);
		nr_failed += failed;
	}
	failed = true;
	for (nth = 1; nth < MAX_NTH && failed; nth++) {
		must(m->p, loan_borrow(m, loan, 0), "retrieve");
		failed = fail_give_back(m, loan, op, nth);
		nr_failed += failed;
	}
	return nr_failed;
}

/* Every attempt takes another page. */
static unsigned int fail_donation(struct model *m, uint32_t *n, enum fake_op op)
{
	unsigned int nth = 0;

	do {
		must(m->p, *n < LOANS_MAX && *n < NR_LENT, "no page is left");
	} while (fail_borrow(m, pass_on(m, DONATE, (*n)++), op, ++nth));
	return nth - 1;
}

static void play_loan(struct model *m, const struct sample *s)
{
	static const enum fake_op ops[] = { FAKE_OP_SMC, FAKE_OP_ALLOC, FAKE_OP_WINDOW,
					    FAKE_OP_LOCK };
	const struct play_options opt = { .spmc_minor = 2, .run = FAKE_HOST_PAGES, .tx_pages = 1 };
	struct loan *loan = NULL;
	uint32_t n = 0;

	play_start(m->p, &opt);
	play_boot(m->p, 0, 2, FAKE_RAM_IPA);
	donate(m);
	if (s->type != DONATE)
		loan = pass_on(m, s->type, 0);
	for (unsigned int i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		unsigned int nr = loan ? fail_loan(m, loan, ops[i]) : fail_donation(m, &n, ops[i]);

		must(m->p, nr, "no %s has failed", op_names[ops[i]]);
		printf("#   %u of kind %s\n", nr, op_names[ops[i]]);
	}
	vffa_vm_stop(&m->p->vms[0].vm);
	m->p->tx[0] = 0;
	play_pass_time(m->p, PLAY_FRAG_NS);
	loans_sync(m, 0);
	m->mems[0].where = GIVEN;
	model_check(m);
	must(m->p, vffa_vm_state(&m->p->vms[0].vm) == VFFA_VM_STOPPED, "the VM does not end");
}

static bool try_sample(const struct sample *s, void (*how)(struct model *m, const struct sample *s))
{
	struct play *volatile p = play_new();
	struct model *volatile m = calloc(1, sizeof(*m));
	volatile bool good = false;

	if (!m)
		abort();
	m->p = p;
	if (!setjmp(p->escape)) {
		how(m, s);
		good = true;
	}
	if (!good)
		printf("# %s\n", p->failure);
	play_end(p);
	free(m);
	return good;
}

static unsigned int nr_points;
static unsigned int nr_bad;

static void point(const struct sample *s, void (*how)(struct model *m, const struct sample *s),
		  const char *text)
{
	bool good = try_sample(s, how);

	nr_bad += !good;
	printf("%sok %u - %s %s", good ? "" : "not ", ++nr_points, text, type_names[s->type]);
	if (s->nr_to)
		printf(" of %u pages to %u%s, by 1.%u over 1.%u", s->nr_pages + 3, s->nr_to,
		       s->in_fragments ? " in fragments" : "", s->minor, s->spmc_minor);
	printf("\n");
}

int main(void)
{
	static const uint32_t nr_to[] = { 1, 2, 9 };

	printf("1..31\n");
	for (enum type type = SHARE; type <= DONATE; type++) {
		for (unsigned int i = 0; i < (type == DONATE ? 4 : 12); i++) {
			/* Each number of receivers with each version on either side. */
			const struct sample s = { type,		i & 1,	i & 2 ? 300 : 70,
						  nr_to[i / 4], i % 3u, (i + type) % 3u };

			point(&s, play, "a VM's");
		}
	}
	for (enum type type = SHARE; type <= DONATE; type++) {
		const struct sample s = { .type = type };

		point(&s, play_loan, "a VM borrows a partition's");
	}
	return nr_bad > 0;
}
