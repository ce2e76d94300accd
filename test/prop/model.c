// SPDX-License-Identifier: GPL-2.0-only
/* The model, and what must be so whenever no call is inside. */
#include "model.h"

#include <string.h>

#include "mem.h"
#include "test/invariants.h"

#define FIRST_PAGE (FAKE_HOST_BASE / FFA_PAGE_SIZE)

struct mem *model_new(struct model *m)
{
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		if (m->mems[i].where != NOWHERE)
			continue;
		memset(&m->mems[i], 0, sizeof(m->mems[i]));
		return &m->mems[i];
	}
	must(m->p, false, "the model has no place for it");
}

unsigned int model_count(const struct model *m, unsigned int vm, enum where where)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		const struct mem *mem = &m->mems[i];

		if (mem->where != NOWHERE && mem->vm == vm)
			n += where ? mem->where == where : mem->where != GIVEN;
	}
	return where == NOWHERE ? n + loans_count(m, vm) : n;
}

struct mem *model_pick(struct model *m, struct rng *rng, unsigned int vm, enum where where)
{
	unsigned int nr = model_count(m, vm, where);
	unsigned int n = nr ? below(rng, nr) : 0;

	for (unsigned int i = 0; i < MODEL_MAX_MEMS && nr; i++) {
		struct mem *mem = &m->mems[i];

		if (mem->where == where && mem->vm == vm && !n--)
			return mem;
	}
	return NULL;
}

void model_drop(struct model *m, struct mem *mem)
{
	(void)m;
	mem->where = NOWHERE;
}

bool model_is_retrieved(const struct mem *mem)
{
	for (uint32_t i = 0; i < mem->nr_to; i++) {
		if (mem->retrieved[i])
			return true;
	}
	return false;
}

static bool lets_others_write(const struct mem *mem)
{
	for (uint32_t i = 0; i < mem->nr_to; i++) {
		if (mem->perms[i] != FFA_MEM_DATA_RO)
			return true;
	}
	return false;
}

uint64_t model_page_nr(uint64_t pa)
{
	return pa / FFA_PAGE_SIZE - FIRST_PAGE;
}

static struct page *page_at(struct model *m, uint64_t pa)
{
	return &m->pages[model_page_nr(pa)];
}

bool model_is_borrowed(struct model *m, const struct mem *mem)
{
	for (uint32_t i = 0; i < mem->nr_taken; i++) {
		for (uint32_t n = 0; n < mem->ranges[i].nr_pages; n++) {
			uint64_t ipa = mem->ranges[i].addr + (uint64_t)n * FFA_PAGE_SIZE;

			if (page_at(m, fake_pa(&m->p->vms[mem->vm], ipa))->borrowed)
				return true;
		}
	}
	return false;
}

void model_check_error(struct model *m, const struct vffa_regs *regs, uint32_t errors, bool failed)
{
	int32_t ret = (int32_t)(uint32_t)regs->x[2];

	must(m->p, regs->x[0] == FFA_ERROR, "0x%llx, not one of errors 0x%x",
	     (unsigned long long)regs->x[0], errors);
	must(m->p, failed || (ret < 0 && errors >> -ret & 1), "%d is not one of 0x%x", ret, errors);
}

bool model_find_vcpu(struct model *m, struct rng *rng, unsigned int *vm, unsigned int *vcpu)
{
	*vm = below(rng, PLAY_NR_VMS);
	*vcpu = below(rng, PLAY_NR_VCPUS);
	return play_is_ready(m->p, *vm) && !m->p->parked[*vm][*vcpu].x[0];
}

uint8_t *model_tx(struct model *m, unsigned int vm)
{
	uint64_t tx = m->p->tx[vm] ? m->p->tx[vm] : FAKE_RAM_IPA;

	return m->p->vms[vm].ram + (tx - FAKE_RAM_IPA);
}

static uint64_t ipa_of(const struct vffa_range *range, uint32_t n)
{
	return range->addr + (uint64_t)n * FFA_PAGE_SIZE;
}

static void claim(struct page *page, unsigned int vm, enum type type, bool writable)
{
	page->count++;
	page->writable |= writable;
	page->owner = vm;
	page->type = type;
}

static bool has_pages(const struct mem *mem)
{
	/* RESTORING, too: until the guest has them back it has nothing to give. */
	return mem->where != NOWHERE;
}

static void claim_all(struct model *m, const struct mem *mem)
{
	const struct fake_vm *vm = &m->p->vms[mem->vm];

	for (uint32_t i = 0; i < mem->nr_taken; i++) {
		for (uint32_t n = 0; n < mem->ranges[i].nr_pages; n++)
			claim(page_at(m, fake_pa(vm, ipa_of(&mem->ranges[i], n))), mem->vm,
			      mem->type, lets_others_write(mem));
	}
}

static void claim_buffers(struct model *m, unsigned int vm)
{
	for (uint32_t i = 0; m->p->tx[vm] && i < 2 * PLAY_BUFFER_PAGES; i++) {
		uint64_t ipa = m->p->tx[vm] + (uint64_t)i * FFA_PAGE_SIZE;
		struct page *page = page_at(m, fake_pa(&m->p->vms[vm], ipa));

		claim(page, vm, DONATE, false);
		page->is_buffer = true;
	}
}

static void count_borrowed(struct model *m, const struct loan *loan)
{
	for (uint32_t i = 0; i < loan->nr_to; i++) {
		for (uint32_t n = 0; loan->to[i].has && n < loan_total(loan); n++)
			page_at(m, loan_page(loan, n))->borrowed++;
	}
}

static void work_out_pages(struct model *m)
{
	memset(m->pages, 0, sizeof(m->pages));
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		if (has_pages(&m->mems[i]))
			claim_all(m, &m->mems[i]);
	}
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++)
		claim_buffers(m, n);
	for (unsigned int i = 0; i < LOANS_MAX; i++) {
		if (m->loans[i].is_there)
			count_borrowed(m, &m->loans[i]);
	}
}

/* Is the page at @pa in what this transaction names before @range, page @n? */
static bool is_named_before(const struct model *m, const struct mem *mem, uint32_t range,
			    uint32_t n, uint64_t pa)
{
	const struct fake_vm *vm = &m->p->vms[mem->vm];

	for (uint32_t i = 0; i <= range; i++) {
		uint32_t end = i == range ? n : mem->ranges[i].nr_pages;

		for (uint32_t k = 0; k < end; k++) {
			if (fake_pa(vm, ipa_of(&mem->ranges[i], k)) == pa)
				return true;
		}
	}
	return false;
}

static uint32_t errors_of_page(struct model *m, const struct mem *mem, uint32_t range, uint32_t n)
{
	uint64_t ipa = ipa_of(&mem->ranges[range], n);
	uint64_t pa = fake_pa(&m->p->vms[mem->vm], ipa);
	const struct page *page;

	if (!pa || ipa == FAKE_ROM_IPA)
		return ERR(VFFA_DENIED);
	if (is_named_before(m, mem, range, n, pa))
		return ERR(VFFA_INVALID_PARAMETERS) | (mem->type == SHARE ? ERR_OR_LATER : 0);
	page = page_at(m, pa);
	if (!page->count)
		return 0;
	if (mem->type != SHARE || page->type != SHARE || page->owner != mem->vm)
		return ERR(VFFA_DENIED);
	return lets_others_write(mem) && !page->writable ? ERR(VFFA_DENIED) : 0;
}

static uint32_t pages_up_to(const struct mem *mem, uint32_t end)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < end; i++)
		nr += mem->ranges[i].nr_pages;
	return nr;
}

uint32_t model_errors_of_ranges(struct model *m, const struct mem *mem, uint32_t to)
{
	uint32_t errors = 0;
	uint32_t later = 0;

	for (uint32_t i = mem->nr_taken; i < to; i++) {
		if (pages_up_to(mem, i + 1) > mem->nr_pages)
			errors |= ERR(VFFA_INVALID_PARAMETERS);
		for (uint32_t n = 0; n < mem->ranges[i].nr_pages; n++) {
			uint32_t here = errors_of_page(m, mem, i, n);

			if (here & ERR_OR_LATER)
				later |= here;
			else
				errors |= here;
		}
	}
	return errors ? errors | (later & ~ERR_OR_LATER) : later;
}

uint32_t model_errors_of_whole(const struct mem *mem)
{
	uint32_t nr_pieces = 0;
	uint32_t errors = 0;

	for (uint32_t i = 0; i < mem->nr_ranges; i++)
		nr_pieces += !i || ipa_of(&mem->ranges[i - 1], mem->ranges[i - 1].nr_pages) !=
					   mem->ranges[i].addr;
	if (mem->type != SHARE && nr_pieces > PLAY_MAX_PIECES)
		errors |= ERR(VFFA_DENIED);
	if (mem->is_double || pages_up_to(mem, mem->nr_ranges) != mem->nr_pages)
		errors |= ERR(VFFA_INVALID_PARAMETERS);
	return errors;
}

uint32_t model_errors_of_buffers(struct model *m, unsigned int vm, uint64_t tx)
{
	for (uint32_t i = 0; i < 2 * PLAY_BUFFER_PAGES; i++) {
		uint64_t ipa = tx + (uint64_t)i * FFA_PAGE_SIZE;

		if (page_at(m, fake_pa(&m->p->vms[vm], ipa))->count)
			return ERR(VFFA_DENIED);
	}
	return 0;
}

static uint32_t ipa_index(uint64_t ipa)
{
	if (ipa >= FAKE_ALIAS_IPA)
		return MODEL_NR_IPAS - FAKE_ALIAS_PAGES +
		       (uint32_t)((ipa - FAKE_ALIAS_IPA) / FFA_PAGE_SIZE);
	if (ipa >= FAKE_BULK_IPA)
		return FAKE_RAM_PAGES + (uint32_t)((ipa - FAKE_BULK_IPA) / FFA_PAGE_SIZE);
	return (uint32_t)((ipa - FAKE_RAM_IPA) / FFA_PAGE_SIZE);
}

void model_set_access(struct model *m, const struct mem *mem, bool access)
{
	for (uint32_t i = 0; i < mem->nr_taken; i++) {
		for (uint32_t n = 0; n < mem->ranges[i].nr_pages; n++)
			m->no_access[mem->vm][ipa_index(ipa_of(&mem->ranges[i], n))] = !access;
	}
}

/* Pages that several exits name, or that nobody sent, show up as a wrong count. */
void model_check_exit(struct model *m, const struct mem *mem, enum vffa_exit_op op)
{
	const struct vffa_vcpu *vcpu = &m->p->vms[mem->vm].vcpus[mem->vcpu];
	bool named[MODEL_NR_IPAS] = { 0 };
	struct vffa_range range;
	struct vffa_exit exit;
	uint32_t nr_ranges = 0;
	uint32_t nr_pages = 0;

	vffa_exit_get(vcpu, &exit);
	must(m->p, exit.op == op, "%d, not %d", exit.op, op);
	for (; vffa_exit_ranges(vcpu, nr_ranges, 1, &range); nr_ranges++) {
		for (uint32_t n = 0; n < range.nr_pages; n++)
			named[ipa_index(ipa_of(&range, n))] = true;
		nr_pages += range.nr_pages;
	}
	must(m->p, nr_ranges == exit.nr_ranges, "%u, not %u", nr_ranges, exit.nr_ranges);
	must(m->p, nr_pages == mem->nr_pages, "%u, not %u", nr_pages, mem->nr_pages);
	for (uint32_t i = 0; i < mem->nr_taken; i++) {
		for (uint32_t n = 0; n < mem->ranges[i].nr_pages; n++)
			must(m->p, named[ipa_index(ipa_of(&mem->ranges[i], n))],
			     "range %u, page %u", i, n);
	}
}

static void check_receiver(struct model *m, const struct mem *mem, uint32_t i,
			   const struct mem_region *r)
{
	const struct mem_emad *emad = &r->borrowers[i].emad;
	uint64_t impdef[2];

	memcpy(impdef, emad->impdef, sizeof(impdef));
	must(m->p, emad->id == mem->to[i] && emad->perms == mem->perms[i], "receiver %u", i);
	if (m->p->spmc_minor >= 2)
		must(m->p, impdef[0] == mem->impdef[i][0] && impdef[1] == mem->impdef[i][1],
		     "receiver %u", i);
}

void model_check_region(struct model *m, const struct mem *mem)
{
	struct spmc *spmc = spmc_inproc_spmc(m->p->spmc);
	const struct mem_region *r = region_find(spmc, mem->handle);

	must(m->p, r && r->state == REGION_LIVE, "handle 0x%llx", (unsigned long long)mem->handle);
	must(m->p, r->sender == m->p->vms[mem->vm].vm.id, "0x%x", r->sender);
	must(m->p, r->attrs == mem->attrs && r->flags == mem->flags && r->tag == mem->tag,
	     "attributes 0x%x, flags 0x%x", r->attrs, r->flags);
	must(m->p, r->nr_borrowers == mem->nr_to, "%u", r->nr_borrowers);
	for (uint32_t i = 0; i < mem->nr_to; i++)
		check_receiver(m, mem, i, r);
}

static void give(struct model *m, const struct mem *mem, struct secure_page *pages)
{
	const struct fake_vm *vm = &m->p->vms[mem->vm];

	for (uint32_t i = 0; i < mem->nr_taken; i++) {
		for (uint32_t n = 0; n < mem->ranges[i].nr_pages; n++) {
			uint64_t pa = fake_pa(vm, ipa_of(&mem->ranges[i], n));
			struct secure_page *page = &pages[model_page_nr(pa)];

			if (mem->type == DONATE && mem->retrieved[0]) {
				page->owner = mem->to[0];
				continue;
			}
			page->count++;
			page->type = mem->type;
			page->sender = vm->vm.id;
		}
	}
}

/* RX is the SPMC's to write where it and the guest have indirect messages: since FF-A 1.1. */
static void keep_rx(struct model *m, unsigned int vm, struct secure_page *pages)
{
	uint64_t rx = m->p->tx[vm] + PLAY_BUFFER_PAGES * FFA_PAGE_SIZE;

	if (!m->p->tx[vm] || !m->p->minor[vm] || !m->p->spmc_minor)
		return;
	for (uint32_t i = 0; i < PLAY_BUFFER_PAGES; i++) {
		uint64_t pa = fake_pa(&m->p->vms[vm], rx + (uint64_t)i * FFA_PAGE_SIZE);

		pages[model_page_nr(pa)].is_rx = true;
	}
}

/* After what was donated. */
static void lend_on(const struct loan *loan, struct secure_page *pages)
{
	for (uint32_t n = 0; loan->is_there && n < loan_total(loan); n++) {
		struct secure_page *page = &pages[model_page_nr(loan_page(loan, n))];

		if (loan->is_given) {
			page->owner = 0;
			continue;
		}
		page->count++;
		page->type = loan->type;
		page->sender = loan->owner;
	}
}

const struct secure_page *model_secure_pages(struct model *m)
{
	static struct secure_page want[FAKE_HOST_PAGES];

	memset(want, 0, sizeof(want));
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		if (m->mems[i].where == LIVE || m->mems[i].where == GIVEN)
			give(m, &m->mems[i], want);
	}
	for (unsigned int i = 0; i < LOANS_MAX; i++)
		lend_on(&m->loans[i], want);
	for (unsigned int vm = 0; vm < PLAY_NR_VMS; vm++)
		keep_rx(m, vm, want);
	return want;
}

static void check_secure_pages(struct model *m)
{
	const struct secure_page *want = model_secure_pages(m);
	const struct spmc *spmc = spmc_inproc_spmc(m->p->spmc);
	const struct spmc_page *pages =
		&spmc->cfg.pages[(FAKE_HOST_BASE - SPMC_INPROC_RAM_BASE) / FFA_PAGE_SIZE];

	for (unsigned int i = 0; i < FAKE_HOST_PAGES; i++) {
		const struct secure_page *w = &want[i];
		uint8_t use = w->is_rx		 ? PAGE_BUFFER
			      : !w->count	 ? PAGE_FREE
			      : w->type == SHARE ? PAGE_SHARED
						 : PAGE_LENT;

		must(m->p, pages[i].use == use && pages[i].nr_shares == w->count,
		     "page %u: use %u, %u times, not %u, %u times", i, pages[i].use,
		     pages[i].nr_shares, use, w->count);
		must(m->p, !w->count || pages[i].sender == w->sender, "page %u", i);
		must(m->p, pages[i].owner == w->owner, "page %u: 0x%x", i, pages[i].owner);
	}
}

static void check_host_pages(struct model *m)
{
	struct fake_host *host = &m->p->port.host;

	for (unsigned int i = 0; i < FAKE_HOST_PAGES; i++) {
		uint64_t nr = FIRST_PAGE + i;
		struct vffa_leaf *leaf = *fake_host_leaf(host, nr / VFFA_LEAF_PAGES);
		const struct page *page = &m->pages[i];
		uint64_t word = leaf ? leaf->word[nr % VFFA_LEAF_PAGES] : 0;

		must(m->p, !word == !page->count, "page %u", i);
		must(m->p, play_claims_of(word) == page->count + page->borrowed,
		     "page %u: %u claims, not %u and %u", i, play_claims_of(word), page->count,
		     page->borrowed);
		must(m->p, host->pins[i] == (page->is_buffer ? 0 : page->count),
		     "page %u is pinned %u times, not %u", i, host->pins[i], page->count);
	}
}

/* Whoever has lent a page or given it away cannot get at it. */
static void check_access(struct model *m)
{
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		const struct mem *mem = &m->mems[i];

		if (mem->where != LIVE || mem->type == SHARE || !play_is_ready(m->p, mem->vm))
			continue;
		for (uint32_t n = 0; n < mem->nr_taken; n++)
			must(m->p, m->no_access[mem->vm][ipa_index(mem->ranges[n].addr)],
			     "VM %u has access to what it lent", mem->vm);
	}
}

static void check_vm(struct model *m, unsigned int n)
{
	const struct fake_vm *vm = &m->p->vms[n];

	must(m->p, !play_is_ready(m->p, n) || vm->vm.nr_mems == model_count(m, n, NOWHERE),
	     "VM %u: %u transactions, not %u", n, vm->vm.nr_mems, model_count(m, n, NOWHERE));
	must(m->p, vm->nr_charged_mems[VFFA_MEM_HANDLE] == vm->vm.nr_mems, "VM %u: %u charged", n,
	     vm->nr_charged_mems[VFFA_MEM_HANDLE]);
	must(m->p, vm->nr_charged_mems[VFFA_MEM_FRAGMENTED] == vm->vm.nr_partial,
	     "VM %u: %u charged in fragments", n, vm->nr_charged_mems[VFFA_MEM_FRAGMENTED]);
	if (model_count(m, n, NOWHERE))
		return;
	must(m->p, !vm->nr_mem_pinned, "VM %u: %u", n, vm->nr_mem_pinned);
	must(m->p, !vm->nr_charged, "VM %u: %u charged", n, vm->nr_charged);
	must(m->p, !vm->nr_allocs, "VM %u: %u", n, vm->nr_allocs);
}

void model_check(struct model *m)
{
	const char *wrong;

	must(m->p, !m->p->port.complaint, "%s", m->p->port.complaint);
	wrong = spmc_find_inconsistency(spmc_inproc_spmc(m->p->spmc));
	must(m->p, !wrong, "%s", wrong);
	work_out_pages(m);
	check_host_pages(m);
	check_secure_pages(m);
	check_access(m);
	loans_check(m);
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++)
		check_vm(m, n);
}
