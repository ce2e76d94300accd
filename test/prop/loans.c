// SPDX-License-Identifier: GPL-2.0-only
/* What partitions lend on, and what becomes of it. */
#include "loans.h"

#include <string.h>

#include "mem.h"
#include "model.h"
#include "send.h"
#include "sp/proto.h"

#define MAX_RUN 4u

uint32_t loan_total(const struct loan *loan)
{
	return loan->nr_ranges * loan->nr_pages;
}

uint64_t loan_page(const struct loan *loan, uint32_t n)
{
	uint64_t at = (uint64_t)n / loan->nr_pages * 2 * loan->nr_pages + n % loan->nr_pages;

	return loan->base + at * FFA_PAGE_SIZE;
}

static struct loan *loan_new(struct model *m)
{
	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		if (m->loans[i].is_there)
			continue;
		memset(&m->loans[i], 0, sizeof(m->loans[i]));
		return &m->loans[i];
	}
	return NULL;
}

static bool is_held(const struct loan *loan)
{
	return loan->to[0].has || loan->to[1].has;
}

/* Mostly one that is held or not, as is wanted; or any. NULL = there is none. */
static struct loan *loan_pick(struct model *m, struct rng *rng, bool held)
{
	unsigned int first = below(rng, LOANS_MAX);
	struct loan *any = NULL;

	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		struct loan *loan = &m->loans[(first + i) % LOANS_MAX];

		if (!loan->is_there)
			continue;
		any = loan;
		if (one_in(rng, 8) || (!loan->is_given && is_held(loan) == held))
			return loan;
	}
	return any;
}

static struct loan_to *loan_to(struct loan *loan, unsigned int vm)
{
	for (uint32_t i = 0; i < loan->nr_to; i++) {
		if (loan->to[i].vm == vm)
			return &loan->to[i];
	}
	return NULL;
}

unsigned int loans_count(const struct model *m, unsigned int vm)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		const struct loan *loan = &m->loans[i];

		for (uint32_t n = 0; loan->is_there && n < loan->nr_to; n++)
			nr += loan->to[n].has && loan->to[n].vm == vm;
	}
	return nr;
}

/* Is any page of the window from @first on somebody's? */
static bool is_taken(const struct model *m, unsigned int vm, uint32_t first, uint32_t nr_pages)
{
	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		const struct loan *loan = &m->loans[i];

		for (uint32_t n = 0; loan->is_there && n < loan->nr_to; n++) {
			const struct loan_to *to = &loan->to[n];

			if (to->has && to->vm == vm && first < to->first + loan_total(loan) &&
			    to->first < first + nr_pages)
				return true;
		}
	}
	return false;
}

/* The window itself begins where any hint is met. */
static bool has_room(const struct model *m, unsigned int vm, uint32_t nr_pages, uint32_t align)
{
	for (uint32_t i = 0; i + nr_pages <= FAKE_WINDOW_PAGES; i += align) {
		if (!is_taken(m, vm, i, nr_pages))
			return true;
	}
	return false;
}

/* What a VM that ends still has of the SPMC's is only its record. */
static void show(struct model *m, const struct loan *loan, const struct loan_to *to,
		 uint64_t *window, bool *taken)
{
	for (uint32_t n = 0; n < loan_total(loan); n++) {
		must(m->p, !taken[to->first + n], "VM %u: page %u is used twice", to->vm,
		     to->first + n);
		taken[to->first + n] = true;
		if (play_is_ready(m->p, to->vm) && !to->hidden)
			window[to->first + n] = loan_page(loan, n) | to->writable;
	}
}

static void check_window(struct model *m, unsigned int vm)
{
	uint64_t window[FAKE_WINDOW_PAGES] = { 0 };
	bool taken[FAKE_WINDOW_PAGES] = { 0 };

	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		const struct loan *loan = &m->loans[i];

		for (uint32_t n = 0; loan->is_there && n < loan->nr_to; n++) {
			if (loan->to[n].has && loan->to[n].vm == vm)
				show(m, loan, &loan->to[n], window, taken);
		}
	}
	for (uint32_t i = 0; i < FAKE_WINDOW_PAGES; i++) {
		must(m->p, m->p->vms[vm].window[i] == window[i],
		     "VM %u, page %u of the window: 0x%llx, not 0x%llx", vm, i,
		     (unsigned long long)m->p->vms[vm].window[i], (unsigned long long)window[i]);
		must(m->p, m->p->vms[vm].window_taken[i] == taken[i], "VM %u, page %u", vm, i);
	}
}

/* Does the SPMC say that it has it? */
static bool is_retrieved(struct model *m, const struct loan *loan, unsigned int vm)
{
	struct spmc *spmc = spmc_inproc_spmc(m->p->spmc);
	struct mem_region *r = region_find(spmc, loan->handle);
	struct mem_borrower *b = r ? region_borrower(r, m->p->vms[vm].vm.id) : NULL;

	return b && b->is_retrieved;
}

static void check_loan(struct model *m, const struct loan *loan)
{
	struct spmc *spmc = spmc_inproc_spmc(m->p->spmc);
	const struct mem_region *r = region_find(spmc, loan->handle);

	must(m->p, !r == loan->is_given, "handle 0x%llx", (unsigned long long)loan->handle);
	for (uint32_t i = 0; r && i < loan->nr_to; i++)
		must(m->p, is_retrieved(m, loan, loan->to[i].vm) == loan->to[i].has, "VM %u",
		     loan->to[i].vm);
}

void loans_check(struct model *m)
{
	for (unsigned int vm = 0; vm < PLAY_NR_VMS; vm++)
		check_window(m, vm);
	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		if (m->loans[i].is_there)
			check_loan(m, &m->loans[i]);
	}
}

void loans_sync(struct model *m, unsigned int vm)
{
	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		struct loan *loan = &m->loans[i];
		struct loan_to *to = loan->is_there ? loan_to(loan, vm) : NULL;

		/* What was donated to it nobody has any more. */
		if (to && to->has)
			to->has = !loan->is_given && is_retrieved(m, loan, vm);
	}
}

/* May @owner send all of it? */
static bool can_send(struct model *m, const struct loan *loan)
{
	const struct secure_page *pages = model_secure_pages(m);

	for (uint32_t n = 0; n < loan_total(loan); n++) {
		uint64_t nr = model_page_nr(loan_page(loan, n));

		if (nr >= FAKE_HOST_PAGES || pages[nr].owner != loan->owner)
			return false;
		if (pages[nr].count && (loan->type != SHARE || pages[nr].type != SHARE ||
					pages[nr].sender != loan->owner))
			return false;
	}
	return true;
}

/* Of what @mem donated, as much as there is in a row; or something else. */
static void choose_pages(struct model *m, struct rng *rng, const struct mem *mem, struct loan *loan)
{
	const struct secure_page *pages = model_secure_pages(m);
	const struct vffa_range *range = &mem->ranges[below(rng, mem->nr_ranges)];
	uint64_t ipa = range->addr + below(rng, range->nr_pages) * (uint64_t)FFA_PAGE_SIZE;

	loan->owner = mem->to[0];
	loan->base = fake_pa(&m->p->vms[mem->vm], ipa);
	loan->nr_ranges = 1;
	while (loan->nr_pages < MAX_RUN) {
		uint64_t nr = model_page_nr(loan->base) + loan->nr_pages;

		if (nr >= FAKE_HOST_PAGES || pages[nr].owner != loan->owner)
			break;
		loan->nr_pages++;
	}
	if (!loan->nr_pages || one_in(rng, 8))
		loan->nr_pages = 1 + below(rng, MAX_RUN);
	if (loan->nr_pages == MAX_RUN && one_in(rng, 2)) {
		loan->nr_pages = 1;
		loan->nr_ranges = 2;
	}
	/* Elsewhere. */
	if (one_in(rng, 16))
		loan->base = FAKE_HOST_BASE + below(rng, FAKE_HOST_PAGES - 8) * FFA_PAGE_SIZE;
}

static const struct mem *pick_donated(struct model *m, struct rng *rng)
{
	unsigned int first = below(rng, MODEL_MAX_MEMS);

	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		const struct mem *mem = &m->mems[(first + i) % MODEL_MAX_MEMS];

		if (mem->where != NOWHERE && mem->type == DONATE && mem->retrieved[0])
			return mem;
	}
	return NULL;
}

/* Borrower's command, with the flags of an answer that everybody gets. Returns its status. */
static int command(struct model *m, const struct loan *loan)
{
	static const uint32_t fids[] = { FFA_MEM_SHARE_32, FFA_MEM_LEND_32, FFA_MEM_DONATE_32 };
	uint64_t other = loan->nr_to > 1 ? m->p->vms[loan->to[1].vm].vm.id : 0u;
	uint64_t to = m->p->vms[loan->to[0].vm].vm.id | (fids[loan->type] & 0xFFu) << 16 |
		      other << 24;
	uint64_t how = loan->nr_pages | (loan->nr_ranges - 1) << 16 |
		       (loan->writable ? 0 : BORROWER_READ_ONLY);

	return play_tell(m->p, loan->owner, BORROWER_PASS_ON,
			 to | loan->base / FFA_PAGE_SIZE << 32, how, loan->tag);
}

bool loan_send(struct model *m, struct loan *loan)
{
	int err = command(m, loan);

	must(m->p, !err == can_send(m, loan), "pass on: %d", err);
	loan->handle = m->p->told;
	loan->is_there = !err;
	return !err;
}

void play_pass_on(struct model *m, struct rng *rng)
{
	const struct mem *mem = pick_donated(m, rng);
	struct loan *loan = loan_new(m);

	(void)play_failed(m->p);
	if (!mem || !loan)
		return;
	choose_pages(m, rng, mem, loan);
	loan->type = below(rng, 3);
	loan->tag = one_in(rng, 2) ? rng_next(rng) : 0;
	loan->writable = !one_in(rng, 3);
	loan->nr_to = loan->type != DONATE && one_in(rng, 3) ? 2 : 1;
	loan->to[0].vm = below(rng, PLAY_NR_VMS);
	loan->to[1].vm = (loan->to[0].vm + 1) % PLAY_NR_VMS;
	(void)loan_send(m, loan);
}

void play_call_in(struct model *m, struct rng *rng)
{
	struct loan *loan = loan_pick(m, rng, false);
	int err;

	(void)play_failed(m->p);
	if (!loan)
		return;
	err = play_tell(m->p, loan->owner, BORROWER_RECLAIM, loan->handle, 0, 0);
	must(m->p, !err == (!loan->is_given && !is_held(loan)), "call in: %d", err);
	if (!err)
		loan->is_there = false;
}

static uint32_t alignment(const struct mem *req)
{
	return 1u << ((req->flags & FFA_MEM_FLAG_ALIGNMENT_MASK) >> FFA_MEM_ALIGNMENT_SHIFT);
}

/* The request for @loan as it should be, as a transaction without ranges. */
static struct mem request_for(struct model *m, struct rng *rng, const struct loan *loan,
			      unsigned int vm)
{
	struct mem req = { .vm = vm, .sender = loan->owner, .handle = loan->handle };
	uint8_t most = loan->writable || loan->type == DONATE ? FFA_MEM_DATA_RW : FFA_MEM_DATA_RO;

	req.tag = loan->tag;
	req.nr_to = 1;
	req.to[0] = m->p->vms[vm].vm.id;
	req.perms[0] = one_in(rng, 3) ? FFA_MEM_DATA_RO : most;
	if (one_in(rng, 3))
		req.flags = FFA_MEM_FLAG_ALIGNMENT | below(rng, 8) << FFA_MEM_ALIGNMENT_SHIFT;
	if (loan->nr_to == 1)
		return req;
	if (m->p->minor[vm] && one_in(rng, 2)) {
		req.flags |= FFA_MEM_FLAG_BYPASS;
		return req;
	}
	req.nr_to = 2;
	req.to[1] = m->p->vms[loan->to[loan->to[0].vm == vm].vm].vm.id;
	req.perms[1] = FFA_MEM_DATA_RO;
	return req;
}

/* Put a mistake into it. Returns the errors of which one must be given. */
static uint32_t spoil(struct rng *rng, const struct loan *loan, struct mem *req, uint32_t *len)
{
	switch (below(rng, 10)) {
	case 0:
		req->sender = req->sender == SP_ID_BORROWER ? SP_ID_BORROWER2 : SP_ID_BORROWER;
		return loan->type == SHARE ? ERR(VFFA_INVALID_PARAMETERS) : ERR(VFFA_DENIED);
	case 1:
		req->sender = req->to[0];
		break;
	case 2:
		req->tag++;
		break;
	case 3:
		req->flags |= FFA_MEM_FLAG_ZERO;
		return loan->type == SHARE ? ERR(VFFA_INVALID_PARAMETERS) : ERR(VFFA_DENIED);
	case 4:
		req->flags |= loan->type == SHARE ? FFA_MEM_FLAG_TYPE_LEND
						  : FFA_MEM_FLAG_TYPE_SHARE;
		break;
	case 5:
		req->handle = one_in(rng, 2) ? FFA_MEM_HANDLE_INVALID : req->handle + 1;
		break;
	case 6:
		req->perms[0] |= one_in(rng, 2) ? FFA_MEM_DATA_MASK : 0x80;
		break;
	case 7:
		req->to[0]++;
		break;
	case 8:
		req->flags &= ~FFA_MEM_FLAG_ALIGNMENT;
		req->flags |= 2u << FFA_MEM_ALIGNMENT_SHIFT;
		break;
	default:
		*len += one_in(rng, 2) ? 16 : 1;
		break;
	}
	return ERR(VFFA_INVALID_PARAMETERS);
}

/* What is wrong with it apart from mistakes. */
static uint32_t errors_of(const struct model *m, struct loan *loan, const struct mem *req)
{
	const struct loan_to *to = loan_to(loan, req->vm);
	uint32_t nr_pages = loan_total(loan);
	uint32_t errors = 0;

	if (!m->p->tx[req->vm])
		errors |= ERR(VFFA_INVALID_PARAMETERS);
	if (loan->is_given || !to)
		errors |= ERR(VFFA_INVALID_PARAMETERS);
	if (!loan->is_given && to && to->has)
		errors |= ERR(VFFA_DENIED);
	if (loan->type != DONATE && !loan->writable && req->perms[0] == FFA_MEM_DATA_RW)
		errors |= ERR(VFFA_DENIED);
	if (model_count(m, req->vm, NOWHERE) >= PLAY_MAX_HANDLES)
		errors |= ERR(VFFA_NO_MEMORY);
	if (!has_room(m, req->vm, nr_pages, 1))
		errors |= ERR(VFFA_NO_MEMORY);
	/* A donation is not refused for want of its whole room. */
	if (!has_room(m, req->vm, loan->type == DONATE ? 1 : nr_pages, alignment(req)))
		errors |= ERR(has_room(m, req->vm, 1, 1) ? VFFA_DENIED : VFFA_NO_MEMORY);
	return errors;
}

static uint64_t get(const uint8_t *at, unsigned int size)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < size; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

/* The answer in RX says what there is, and where. */
static void check_answer(struct model *m, struct loan *loan, const struct mem *req,
			 const struct vffa_regs *regs)
{
	uint32_t head = send_head_size(m, &(struct mem){ .vm = req->vm, .nr_to = 1 });
	const uint8_t *rx = model_tx(m, req->vm) + PLAY_BUFFER_PAGES * FFA_PAGE_SIZE;
	uint8_t rights = req->perms[0] | FFA_MEM_INSTR_NX;
	struct loan_to *to = loan_to(loan, req->vm);
	const uint8_t *receiver = rx + (m->p->minor[req->vm] ? 48 : 32);
	uint64_t ipa;

	must(m->p, regs->x[0] == FFA_MEM_RETRIEVE_RESP && regs->x[1] == head + 16 &&
			   regs->x[2] == head + 16,
	     "0x%llx", (unsigned long long)regs->x[0]);
	must(m->p, get(rx, 2) == loan->owner && get(rx + 8, 8) == loan->handle &&
			   get(rx + 16, 8) == loan->tag && get(rx + 28, 4) == 1,
	     "sender 0x%llx", (unsigned long long)get(rx, 2));
	must(m->p, get(rx + 4, 4) == (loan->type + 1) << 3, "flags 0x%llx",
	     (unsigned long long)get(rx + 4, 4));
	must(m->p, get(receiver, 2) == req->to[0] && receiver[2] == rights, "rights 0x%x",
	     receiver[2]);
	must(m->p, get(rx + head - 16, 4) == loan_total(loan) && get(rx + head - 12, 4) == 1 &&
			   get(rx + head + 8, 4) == loan_total(loan),
	     "%llu pages", (unsigned long long)get(rx + head - 16, 4));
	ipa = get(rx + head, 8);
	to->first = (uint32_t)((ipa - FAKE_WINDOW_IPA) / FFA_PAGE_SIZE);
	must(m->p, ipa >= FAKE_WINDOW_IPA && !(ipa % FFA_PAGE_SIZE) &&
			   to->first <= FAKE_WINDOW_PAGES - loan_total(loan) &&
			   !is_taken(m, req->vm, to->first, loan_total(loan)),
	     "at 0x%llx", (unsigned long long)ipa);
	must(m->p,
	     to->first % alignment(req) == 0 ||
		     (loan->type == DONATE &&
		      !has_room(m, req->vm, loan_total(loan), alignment(req))),
	     "0x%llx is not aligned to %u pages", (unsigned long long)ipa, alignment(req));
	to->writable = req->perms[0] == FFA_MEM_DATA_RW;
	to->hidden = false;
	to->has = true;
	loan->is_given = loan->type == DONATE;
}

static void release_rx(struct model *m, unsigned int vm, unsigned int vcpu)
{
	struct vffa_regs regs = { { FFA_RX_RELEASE } };

	must(m->p, play_call(m->p, vm, vcpu, &regs), "parked");
	must(m->p, regs.x[0] == FFA_SUCCESS_32, "%d", (int)regs.x[2]);
}

/* A donation that the SPMC has made, but which did not reach the VM, nobody has. */
static void check_refused(struct model *m, struct loan *loan, uint64_t before)
{
	must(m->p, play_hash(m->p) == before, "an error changed something");
	if (loan->type == DONATE && !region_find(spmc_inproc_spmc(m->p->spmc), loan->handle))
		loan->is_given = true;
}

/* Returns false when it is refused, as it should be. */
static bool borrow(struct model *m, struct loan *loan, const struct mem *req, unsigned int vcpu,
		   uint32_t wrong, uint32_t errors)
{
	uint32_t len = send_encode_request(m, req, model_tx(m, req->vm)) + wrong;
	uint32_t fid = loan->handle & 1 ? FFA_MEM_RETRIEVE_REQ_32 : FFA_MEM_RETRIEVE_REQ_64;
	struct vffa_regs regs = { { fid, len, len } };
	uint64_t before = play_hash(m->p);
	bool failed;

	must(m->p, play_call(m->p, req->vm, vcpu, &regs), "parked");
	failed = play_failed(m->p);
	if (errors || regs.x[0] == FFA_ERROR) {
		model_check_error(m, &regs, errors, failed);
		check_refused(m, loan, before);
		return false;
	}
	check_answer(m, loan, req, &regs);
	release_rx(m, req->vm, vcpu);
	return true;
}

bool loan_borrow(struct model *m, struct loan *loan, unsigned int vm)
{
	struct rng rng = { loan->handle };
	const struct mem req = request_for(m, &rng, loan, vm);

	return borrow(m, loan, &req, 0, 0, errors_of(m, loan, &req));
}

/* Mostly a VM that may. */
static bool find_receiver(struct model *m, struct rng *rng, const struct loan *loan,
			  unsigned int *vm, unsigned int *vcpu)
{
	if (!model_find_vcpu(m, rng, vm, vcpu))
		return false;
	if (!one_in(rng, 8))
		*vm = loan->to[below(rng, loan->nr_to)].vm;
	return play_is_ready(m->p, *vm) && !m->p->parked[*vm][*vcpu].x[0];
}

void play_borrow(struct model *m, struct rng *rng)
{
	struct loan *loan = loan_pick(m, rng, false);
	uint32_t wrong = 0;
	unsigned int vcpu;
	unsigned int vm;
	struct mem req;
	uint32_t errors;

	if (!loan || !find_receiver(m, rng, loan, &vm, &vcpu))
		return;
	req = request_for(m, rng, loan, vm);
	if (one_in(rng, 4) && !loan->writable)
		req.perms[0] = FFA_MEM_DATA_RW;
	errors = errors_of(m, loan, &req);
	if (one_in(rng, 5))
		errors |= spoil(rng, loan, &req, &wrong);
	(void)borrow(m, loan, &req, vcpu, wrong, errors);
}

static uint32_t errors_of_flags(const struct loan *loan, const struct loan_to *to, uint32_t flags)
{
	if (flags & ~(FFA_MEM_FLAG_ZERO | FFA_MEM_FLAG_TIME_SLICE))
		return ERR(VFFA_INVALID_PARAMETERS);
	if (!(flags & FFA_MEM_FLAG_ZERO) || !to || !to->has)
		return 0;
	if (loan->type == SHARE)
		return ERR(VFFA_INVALID_PARAMETERS);
	return to->writable ? 0 : ERR(VFFA_DENIED);
}

/* The descriptor: handle, flags, count, and ids, of which there is one. */
struct relinquish {
	uint64_t handle;
	uint32_t flags;
	uint32_t nr_ids;
	uint32_t id;
};

static bool give_back(struct model *m, struct loan_to *to, unsigned int vm, unsigned int vcpu,
		      const struct relinquish *req, uint32_t errors)
{
	struct vffa_regs regs = { { FFA_MEM_RELINQUISH } };
	uint64_t before = play_hash(m->p);
	bool failed;

	memcpy(model_tx(m, vm), req, sizeof(*req));
	must(m->p, play_call(m->p, vm, vcpu, &regs), "parked");
	failed = play_failed(m->p);
	if (errors || regs.x[0] == FFA_ERROR) {
		model_check_error(m, &regs, errors, failed);
		/* Of the SPMC, it is as good as no answer; of the relay nothing comes that changes anything. */
		if (failed && to && to->has && regs.x[2] == (uint32_t)VFFA_ABORTED)
			to->hidden = true;
		must(m->p, (to && to->hidden) || play_hash(m->p) == before,
		     "an error changed something");
		return false;
	}
	must(m->p, regs.x[0] == FFA_SUCCESS_32, "0x%llx", (unsigned long long)regs.x[0]);
	to->has = false;
	return true;
}

bool loan_give_back(struct model *m, struct loan *loan, unsigned int vm)
{
	const struct relinquish req = { loan->handle, 0, 1, m->p->vms[vm].vm.id };

	return give_back(m, loan_to(loan, vm), vm, 0, &req, 0);
}

void play_give_back(struct model *m, struct rng *rng)
{
	static const uint32_t some_flags[] = {
		0, 0, 0, 0, FFA_MEM_FLAG_ZERO, FFA_MEM_FLAG_TIME_SLICE, 0x4, 0x80000000
	};
	struct loan *loan = loan_pick(m, rng, true);
	struct relinquish req = { .flags = some_flags[below(rng, 8)], .nr_ids = 1 };
	struct loan_to *to;
	unsigned int vcpu;
	unsigned int vm;
	uint32_t errors;

	if (!loan || !find_receiver(m, rng, loan, &vm, &vcpu))
		return;
	to = loan_to(loan, vm);
	errors = errors_of_flags(loan, to, req.flags);
	if (!to || !to->has || loan->is_given || !m->p->tx[vm])
		errors |= ERR(VFFA_INVALID_PARAMETERS);
	req.handle = loan->handle;
	req.id = m->p->vms[vm].vm.id;
	switch (below(rng, 24)) {
	case 0:
		req.handle = FFA_MEM_HANDLE_INVALID;
		errors |= ERR(VFFA_INVALID_PARAMETERS);
		break;
	case 1:
		req.handle = 0;
		errors |= ERR(VFFA_INVALID_PARAMETERS);
		break;
	case 2:
		req.nr_ids++;
		errors |= ERR(VFFA_INVALID_PARAMETERS);
		break;
	case 3:
		req.id++;
		errors |= ERR(VFFA_INVALID_PARAMETERS);
		break;
	}
	(void)give_back(m, to, vm, vcpu, &req, errors);
}
