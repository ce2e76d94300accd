// SPDX-License-Identifier: GPL-2.0-only
/* The stage, and the invariants. What happens on it is up to the fuzzers. */
#include "stage.h"

#include "../unit/fake_impl.h"
#include "../unit/fake_spmc_loan.h"
#include "borrow.h"
#include "mem.h"
#include "page.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void stage_fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

static struct stage *stage_of(void *port)
{
	return (struct stage *)((char *)port - offsetof(struct stage, port));
}

/*
 * The relay may touch a guest's buffers while it holds the VM's lock, and nothing of a guest at any
 * other time: it copies once and looks at the copy.
 */
static void open_buffers(struct stage *st, struct fake_vm *vm)
{
	const struct vffa_mailbox *mb = &vm->vm.mailbox;
	size_t len = (size_t)mb->nr_pages << FFA_PAGE_SHIFT;

	if (mb->state == VFFA_MAILBOX_NONE)
		return;
	ASAN_UNPOISON_MEMORY_REGION(mb->tx.va, len);
	ASAN_UNPOISON_MEMORY_REGION(mb->rx.va, len);
	((uint8_t *)mb->tx.va)[st->flip_at % len] ^= st->flip;
}

static void close_buffers(struct fake_vm *vm)
{
	ASAN_POISON_MEMORY_REGION(vm->ram, sizeof(vm->ram));
}

static struct fake_vm *locked_vm(struct stage *st, const struct vffa_lock *lock)
{
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		if (lock == &st->vms[n].lock)
			return &st->vms[n];
	}
	return NULL;
}

static enum vffa_ret lock(void *port, struct vffa_lock *lock)
{
	struct fake_vm *vm = locked_vm(stage_of(port), lock);
	enum vffa_ret ret = fake_ops.lock(port, lock);

	if (!ret && vm)
		open_buffers(stage_of(port), vm);
	return ret;
}

static void lock_always(void *port, struct vffa_lock *lock)
{
	struct fake_vm *vm = locked_vm(stage_of(port), lock);

	fake_ops.lock_always(port, lock);
	if (vm)
		open_buffers(stage_of(port), vm);
}

static void unlock(void *port, struct vffa_lock *lock)
{
	struct fake_vm *vm = locked_vm(stage_of(port), lock);

	if (vm)
		close_buffers(vm);
	fake_ops.unlock(port, lock);
}

/* The log of calls, the bulk of it, nobody reads. */
static void reset_port(struct fake_port *port)
{
	memset(&port->fail_after, 0,
	       offsetof(struct fake_port, calls) - offsetof(struct fake_port, fail_after));
	memset(&port->nr_of, 0, sizeof(*port) - offsetof(struct fake_port, nr_of));
	pthread_mutex_init(&port->mutex, NULL);
	fake_spmc_init(&port->spmc);
	fake_host_init(&port->host, FAKE_HOST_PAGES, 1);
}

static void reset_vm(struct fake_vm *vm, struct fake_port *port, unsigned int n)
{
	ASAN_UNPOISON_MEMORY_REGION(vm->ram, sizeof(vm->ram));
	memset(vm, 0, offsetof(struct fake_vm, ram));
	ASAN_POISON_MEMORY_REGION(vm->ram, sizeof(vm->ram));
	vm->port = port;
	port->vms[n] = vm;
	vm->nr = n;
	fake_lock_init(&vm->lock, FAKE_LOCK_VM);
}

struct stage *stage_set(void)
{
	static struct stage stage;
	struct stage *st = &stage;

	ASAN_UNPOISON_MEMORY_REGION(st->rx, sizeof(st->rx));
	reset_port(&st->port);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++)
		reset_vm(&st->vms[n], &st->port, n);
	memset(st->alive, 0, offsetof(struct stage, tx) - offsetof(struct stage, alive));
	memset(st->rx, 0, sizeof(st->rx));
	fake_lock_init(&st->id_lock, FAKE_LOCK_ID);
	fake_lock_init(&st->page_lock, FAKE_LOCK_PAGE);
	fake_lock_init(&st->tx_lock, FAKE_LOCK_TX);
	fake_lock_init(&st->rx_lock, FAKE_LOCK_RX);
	st->ops = fake_ops;
	st->ops.lock = lock;
	st->ops.lock_always = lock_always;
	st->ops.unlock = unlock;
	st->config = (struct vffa_relay_config){
		.ops = &st->ops,
		.port = &st->port,
		.id_lock = &st->id_lock,
		.page_lock = &st->page_lock,
		.tx_lock = &st->tx_lock,
		.rx_lock = &st->rx_lock,
		.tx = st->tx,
		.rx = st->rx,
		.tx_pa = { (uintptr_t)st->tx },
		.rx_pa = { (uintptr_t)st->rx },
		.nr_pages = 1,
	};
	return st;
}

/* A VM whose bringing up failed: its home has it worked on until it is STOPPED. */
static void brought_up(struct stage *st, unsigned int n, enum vffa_ret ret)
{
	enum vffa_vm_state state = vffa_vm_state(&st->vms[n].vm);

	st->busy[n] = false;
	must(ret <= VFFA_OK && ret >= VFFA_NOT_READY);
	must(!ret == (state == VFFA_VM_READY));
	if (ret)
		stage_work(st, n, 0);
}

void stage_create(struct stage *st, unsigned int n)
{
	struct fake_vm *vm = &st->vms[n];
	const struct vffa_vm_config config = {
		.lock = &vm->lock,
		.nr_vcpus = FAKE_NR_VCPUS,
		.vcpus = vm->vcpus,
		.mem = FAKE_MEM_LIMITS,
		.npi = FAKE_NPI,
	};

	if (st->alive[n] || st->busy[n])
		return;
	st->busy[n] = true;
	memset(vm->vcpus, 0, sizeof(vm->vcpus));
	vm->scheduled = false;
	brought_up(st, n, vffa_vm_init(&vm->vm, &st->relay, &config));
	st->alive[n] = true;
}

void stage_restart(struct stage *st, unsigned int n)
{
	enum vffa_vm_state before = vffa_vm_state(&st->vms[n].vm);
	enum vffa_ret ret;

	if (!st->alive[n] || st->busy[n] || !st->vms[n].vm.id)
		return;
	st->busy[n] = true;
	ret = vffa_vm_restart(&st->vms[n].vm);
	st->busy[n] = false;
	if (before == VFFA_VM_STOPPED)
		brought_up(st, n, ret);
	else
		must(ret == VFFA_BUSY && vffa_vm_state(&st->vms[n].vm) == before);
}

void stage_stop(struct stage *st, unsigned int n)
{
	if (!st->alive[n])
		return;
	/* Allowed while the worker is at work, not while the VM is brought up. */
	if (st->busy[n] && vffa_vm_state(&st->vms[n].vm) == VFFA_VM_STOPPED)
		return;
	vffa_vm_stop(&st->vms[n].vm);
}

void stage_work(struct stage *st, unsigned int n, uint64_t ns)
{
	if (!st->vms[n].vm.relay || st->busy[n])
		return;
	st->busy[n] = true;
	if (ns)
		(void)fake_work(&st->vms[n], ns);
	else
		vffa_vm_work(&st->vms[n].vm);
	st->busy[n] = false;
}

void stage_fini(struct stage *st, unsigned int n)
{
	struct vffa_vm *vm = &st->vms[n].vm;

	if (!st->alive[n] || st->busy[n] || vffa_vm_state(vm) != VFFA_VM_STOPPED)
		return;
	vffa_vm_fini(vm);
	memset(vm, 0, sizeof(*vm));
	st->alive[n] = false;
}

static bool is_request(uint32_t fid)
{
	return fid == FFA_MSG_SEND_DIRECT_REQ_32 || fid == FFA_MSG_SEND_DIRECT_REQ_64 ||
	       fid == FFA_MSG_SEND_DIRECT_REQ2 || fid == FFA_RUN;
}

static void check_error(const struct vffa_regs *regs)
{
	int32_t code = (int32_t)(uint32_t)regs->x[2];

	must(code <= VFFA_NOT_SUPPORTED && code >= VFFA_NOT_READY && !(regs->x[2] >> 32));
	must(!regs->x[1]);
	for (unsigned int i = 3; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs->x[i]);
}

static void check_interrupt(const struct vffa_regs *regs)
{
	must(regs->x[1] >> 31 == 1);
	for (unsigned int i = 2; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs->x[i]);
}

static bool is_mem_send(uint32_t fid)
{
	fid &= ~SMCCC_64;
	return fid == FFA_MEM_SHARE_32 || fid == FFA_MEM_LEND_32 || fid == FFA_MEM_DONATE_32;
}

/* The relay wants more of a transaction, whose handle is its own. */
static void check_mem_frag_rx(const struct vffa_vm *vm, const struct vffa_regs *before,
			      const struct vffa_regs *regs)
{
	must(regs->x[2] >> 31 == 1);
	must((regs->x[2] & 0xFFFF) == vm->id);
	must(regs->x[3] && regs->x[3] < UINT32_MAX);
	if (is_mem_send((uint32_t)before->x[0] & ~SMCCC_SVE_HINT))
		must(regs->x[3] == (uint32_t)before->x[2] && regs->x[3] < (uint32_t)before->x[1]);
	for (unsigned int i = 4; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs->x[i]);
}

/* An answer of the partition's that was asked, to whom asked it. */
static void check_response(const struct vffa_vm *vm, const struct vffa_regs *before,
			   const struct vffa_regs *regs)
{
	uint32_t fid = (uint32_t)before->x[0] & ~SMCCC_SVE_HINT;
	uint32_t completion = (uint32_t)regs->x[0];

	must(is_request(fid));
	if (fid != FFA_RUN) {
		must(completion == fid + 1);
		must((vffa_id_t)(before->x[1] >> 16) == vm->id);
		must((vffa_id_t)before->x[1] == regs->x[1] >> 16);
	}
	must((vffa_id_t)regs->x[1] == vm->id && regs->x[1] >> 31 == 1);
	must(!regs->x[2]);
	must(completion != FFA_MSG_SEND_DIRECT_RESP2 || !regs->x[3]);
}

static void check_completion(const struct vffa_vm *vm, const struct vffa_regs *before,
			     const struct vffa_regs *regs)
{
	uint32_t fid = (uint32_t)before->x[0] & ~SMCCC_SVE_HINT;

	switch (regs->x[0]) {
	case FFA_ERROR:
		check_error(regs);
		break;
	case FFA_SUCCESS_32:
		must(!is_request(fid) && fid != FFA_PARTITION_INFO_GET_REGS);
		break;
	case FFA_SUCCESS_64:
		must(fid == FFA_PARTITION_INFO_GET_REGS);
		break;
	case FFA_MEM_FRAG_RX:
		must(is_mem_send(fid) || fid == FFA_MEM_FRAG_TX);
		check_mem_frag_rx(vm, before, regs);
		break;
	case FFA_MEM_RETRIEVE_RESP:
		must((fid & ~SMCCC_64) == FFA_MEM_RETRIEVE_REQ_32);
		must(regs->x[1] && regs->x[1] == regs->x[2]);
		for (unsigned int i = 3; i < VFFA_NR_REGS_SHORT; i++)
			must(!regs->x[i]);
		break;
	case FFA_INTERRUPT:
		must(is_request(fid));
		check_interrupt(regs);
		break;
	case FFA_RUN:
		/* How a wait ends: for this VM's vCPU. */
		must(fid == FFA_MSG_WAIT && (vffa_id_t)(regs->x[1] >> 16) == vm->id);
		must(!regs->x[2] && !regs->x[3]);
		break;
	case FFA_MSG_SEND_DIRECT_RESP_32:
	case FFA_MSG_SEND_DIRECT_RESP_64:
	case FFA_MSG_SEND_DIRECT_RESP2:
		check_response(vm, before, regs);
		break;
	default:
		must(!"a completion that no guest may see");
	}
	for (unsigned int i = 1; !(regs->x[0] & SMCCC_64) && i < VFFA_NR_REGS_SHORT; i++)
		must(!(regs->x[i] >> 32));
}

/* w0 is the answer, and nothing else is. */
static void check_version(const struct vffa_regs *regs)
{
	must(regs->x[0] == FFA_VERSION_1_2 || regs->x[0] == (uint32_t)FFA_RET_NOT_SUPPORTED);
	for (unsigned int i = 1; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs->x[i]);
}

/* x8 to x17 are touched in SMC64 calls of FF-A 1.2 alone, and FFA_RUN for one of those. */
static void check_high(uint32_t version, uint32_t fid, bool aarch32, const struct vffa_regs *before,
		       const struct vffa_regs *after)
{
	uint32_t wide = fid == FFA_RUN ? (uint32_t)after->x[0] : fid;
	bool may_change = version >= FFA_VERSION_1_2 && !aarch32 && wide & SMCCC_64;

	for (unsigned int i = VFFA_NR_REGS_SHORT; i < VFFA_NR_REGS; i++)
		must(after->x[i] == before->x[i] || may_change);
}

static void check_answer(const struct vffa_vm *vm, uint32_t version, bool aarch32,
			 const struct vffa_regs *before, const struct vffa_regs *after)
{
	uint32_t fid = (uint32_t)before->x[0] & ~SMCCC_SVE_HINT;

	if (fid == SMCCC_VERSION) {
		must(after->x[0] == SMCCC_VERSION_1_2);
		must(!memcmp(&after->x[1], &before->x[1], sizeof(after->x) - sizeof(after->x[0])));
		return;
	}
	check_high(version, fid, aarch32, before, after);
	if (fid == FFA_VERSION) {
		check_version(after);
		return;
	}
	check_completion(vm, before, after);
	if (!version || (aarch32 && fid & SMCCC_64))
		must(after->x[0] == FFA_ERROR && after->x[2] == (uint32_t)FFA_RET_NOT_SUPPORTED);
}

/* The ranges are the VM's RAM, and as many as was said. */
static void check_exit(const struct vffa_vcpu *vcpu)
{
	struct vffa_exit exit;
	struct vffa_range range;

	vffa_exit_get(vcpu, &exit);
	must(exit.op == VFFA_EXIT_REVOKE || exit.op == VFFA_EXIT_RESTORE);
	must(exit.nr_ranges && exit.nr_ranges <= vcpu->vm->mem_limits.nr_pieces);
	for (uint32_t i = 0; i < exit.nr_ranges; i++) {
		must(vffa_exit_ranges(vcpu, i, 1, &range) == 1);
		must(range.nr_pages && !(range.addr % FFA_PAGE_SIZE));
		must(fake_pa((const struct fake_vm *)vcpu->vm, range.addr));
	}
	must(!vffa_exit_ranges(vcpu, exit.nr_ranges, 1, &range));
}

/* @regs: @before, or the answer */
static void check_action(struct stage *st, unsigned int n, unsigned int vcpu,
			 enum vffa_action action, const struct vffa_regs *before,
			 const struct vffa_regs *regs)
{
	struct vffa_vcpu *v = &st->vms[n].vcpus[vcpu];

	must(vffa_is_parked(v) == (action == VFFA_EXIT_TO_VMM));
	if (action == VFFA_EXIT_TO_VMM) {
		must(!memcmp(before, regs, sizeof(*regs)));
		st->parked[n][vcpu] = *before;
		check_exit(v);
		return;
	}
	/* A call but FFA_VERSION ends the negotiation: the version it used is the one there is. */
	check_answer(v->vm, vffa_vm_version(v->vm), v->aarch32, before, regs);
}

void stage_call(struct stage *st, unsigned int n, unsigned int vcpu, struct vffa_regs *regs,
		bool aarch32)
{
	const struct vffa_regs before = *regs;
	struct vffa_vm *vm = &st->vms[n].vm;
	enum vffa_action action;

	if (!st->alive[n] || st->calling[n][vcpu] || !vffa_is_ours((uint32_t)regs->x[0]) ||
	    vffa_is_parked(&vm->vcpus[vcpu]) || !vffa_vm_enter(vm))
		return;
	st->calling[n][vcpu] = true;
	st->depth++;
	action = vffa_call(&vm->vcpus[vcpu], regs, aarch32);
	st->depth--;
	st->calling[n][vcpu] = false;
	check_action(st, n, vcpu, action, &before, regs);
	vffa_vm_leave(vm);
}

void stage_resume(struct stage *st, unsigned int n, unsigned int vcpu, enum vffa_ret result)
{
	struct vffa_vcpu *v = &st->vms[n].vcpus[vcpu];
	struct vffa_regs before = st->parked[n][vcpu];
	struct vffa_regs regs = before;
	enum vffa_action action;

	if (!st->alive[n] || st->calling[n][vcpu] || !vffa_vm_enter(&st->vms[n].vm))
		return;
	if (vffa_is_parked(v)) {
		st->calling[n][vcpu] = true;
		st->depth++;
		action = vffa_resume(v, result, &regs);
		st->depth--;
		st->calling[n][vcpu] = false;
		check_action(st, n, vcpu, action, &before, &regs);
	}
	vffa_vm_leave(&st->vms[n].vm);
}

const uint8_t *stage_read_rx(struct stage *st, unsigned int n)
{
	const struct vffa_mailbox *mb = &st->vms[n].vm.mailbox;

	ASAN_UNPOISON_MEMORY_REGION(mb->rx.va, (size_t)mb->nr_pages << FFA_PAGE_SHIFT);
	return mb->rx.va;
}

void stage_write_tx(struct stage *st, unsigned int n, const void *data, size_t len)
{
	struct fake_vm *vm = &st->vms[n];
	const struct vffa_mailbox *mb = &vm->vm.mailbox;
	size_t room = (size_t)mb->nr_pages << FFA_PAGE_SHIFT;

	if (!st->alive[n] || mb->state == VFFA_MAILBOX_NONE)
		return;
	ASAN_UNPOISON_MEMORY_REGION(mb->tx.va, room);
	memcpy(mb->tx.va, data, len < room ? len : room);
	/* While a call of the relay has the lock it may look at the buffers. */
	if (!fake_is_held(&vm->lock))
		close_buffers(vm);
}

static bool is_in_ram(const struct fake_vm *vm, const struct vffa_mapping *map, uint32_t nr_pages)
{
	const uint8_t *va = map->va;

	return va >= vm->ram && va + nr_pages * FFA_PAGE_SIZE <= vm->ram + sizeof(vm->ram);
}

static void check_mailbox(const struct fake_vm *vm)
{
	const struct vffa_mailbox *mb = &vm->vm.mailbox;

	if (mb->state == VFFA_MAILBOX_NONE) {
		must(!vm->nr_pinned && !mb->tx.va && !mb->rx.va);
		return;
	}
	must(mb->nr_pages && mb->nr_pages <= VFFA_MAILBOX_MAX_PAGES);
	must(vm->nr_pinned == 2 * mb->nr_pages);
	must(is_in_ram(vm, &mb->tx, mb->nr_pages) && is_in_ram(vm, &mb->rx, mb->nr_pages));
}

/* Returns how many contexts the VM has left stopped. */
static unsigned int check_runs(const struct fake_vm *vm)
{
	unsigned int nr_stopped = 0;

	for (unsigned int i = 0; i < FAKE_NR_VCPUS * VFFA_RUNS_PER_VCPU; i++) {
		const struct vffa_run *run =
			&vm->vcpus[i / VFFA_RUNS_PER_VCPU].runs[i % VFFA_RUNS_PER_VCPU];

		must(run->state.v != VFFA_RUN_ACTIVE);
		if (run->state.v != VFFA_RUN_STOPPED)
			continue;
		must((run->ids & 0xFFFFu) == vm->vm.id && (uint32_t)run->target.v >> 31);
		nr_stopped++;
	}
	return nr_stopped;
}

static bool is_any_told(const struct vffa_vm *vm)
{
	uint64_t any = 0;

	for (unsigned int i = 0; i < sizeof(vm->told) / sizeof(vm->told[0]); i++)
		any |= vm->told[i];
	return any;
}

/* Where nothing is left to be done, nothing may be left; and somebody must do it where it is. */
static void check_state(const struct fake_vm *vm, unsigned int nr_stopped)
{
	switch (vffa_vm_state(&vm->vm)) {
	case VFFA_VM_READY:
		must(!vm->vm.inside.v);
		must(vm->vm.avail.state.v == VFFA_RUN_FREE);
		must(!nr_stopped || vm->scheduled);
		break;
	case VFFA_VM_STOPPING:
		must(vffa_vm_is_drained(&vm->vm));
		must(vm->scheduled);
		break;
	case VFFA_VM_STOPPED:
		must(vffa_vm_is_drained(&vm->vm));
		must(vm->vm.mailbox.state == VFFA_MAILBOX_NONE);
		must(vm->vm.avail.state.v == VFFA_RUN_FREE);
		must(!nr_stopped && !is_any_told(&vm->vm));
		must(!vm->nr_mem_pinned && !vm->nr_charged && !vm->nr_allocs);
		must(!vm->nr_charged_mems[VFFA_MEM_HANDLE]);
		must(!vm->nr_charged_mems[VFFA_MEM_FRAGMENTED]);
		must(!vm->vm.borrows);
		break;
	}
}

/* Records in the VM's table; those of calls that are parked or inside are in none. */
static unsigned int count_mems(const struct vffa_vm *vm, enum vffa_mem_state state)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < VFFA_MEM_BUCKETS; i++) {
		for (const struct vffa_mem *mem = vm->mems[i]; mem; mem = mem->next)
			nr += mem->state == state;
	}
	return nr;
}

static unsigned int count_borrows(const struct vffa_vm *vm)
{
	unsigned int nr = 0;

	for (const struct vffa_borrow *b = vm->borrows; b; b = b->next)
		nr++;
	return nr;
}

/* What it has to give back. */
static unsigned int count_owed(const struct vffa_vm *vm)
{
	unsigned int nr = 0;

	for (const struct vffa_borrow *b = vm->borrows; b; b = b->next)
		nr += !b->is_given;
	return nr;
}

/* Donations that no VM's are any more, though its record is there. */
static unsigned int count_donated(struct stage *st, const struct vffa_vm *vm)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < VFFA_MEM_BUCKETS; i++) {
		for (const struct vffa_mem *mem = vm->mems[i]; mem; mem = mem->next) {
			const struct fake_region *r = fake_spmc_region(&st->port.spmc, mem->handle);

			nr += mem->state == VFFA_MEM_LIVE && r && r->donated;
		}
	}
	return nr;
}

/* A page's word (core/page.c): what it is for, and how many claims there are. */
#define PAGE_USE(word)	  ((word)&7u)
#define PAGE_CLAIMS(word) ((uint32_t)((word) >> 20) & 0xFFFFFu)

/* Claims on pages that were given away, besides the donors'. */
static unsigned int count_borrowed(const struct fake_host *host)
{
	unsigned int nr = 0;

	for (uint32_t i = 0; i < host->nr_pages / VFFA_LEAF_PAGES; i++) {
		const struct vffa_leaf *leaf = host->leaves[i];

		for (uint32_t n = 0; leaf && n < VFFA_LEAF_PAGES; n++) {
			if (PAGE_USE(leaf->word[n]) == VFFA_PAGE_GIVEN)
				nr += PAGE_CLAIMS(leaf->word[n]) - 1;
		}
	}
	return nr;
}

static unsigned int count_borrowed_pages(const struct vffa_vm *vm)
{
	unsigned int nr = 0;

	for (const struct vffa_borrow *b = vm->borrows; b; b = b->next)
		nr += b->extents.nr_pages;
	return nr;
}

static void show(const struct vffa_borrow *b, uint64_t *window, bool *taken)
{
	struct vffa_extent_walk walk = vffa_extents_walk(&b->extents);
	const struct vffa_extent *e;
	uint64_t first = (b->ipa.addr - FAKE_WINDOW_IPA) / FFA_PAGE_SIZE;

	for (uint32_t i = 0; i < b->nr_pages; i++) {
		must(first + i < FAKE_WINDOW_PAGES && !taken[first + i]);
		taken[first + i] = true;
	}
	must(!b->is_mapped || b->extents.nr_pages == b->nr_pages);
	while (b->is_mapped && (e = vffa_extents_next(&walk))) {
		uint64_t at = (e->ipa.addr - FAKE_WINDOW_IPA) / FFA_PAGE_SIZE;

		for (uint32_t i = 0; i < e->nr_pages; i++)
			window[at + i] = (e->pa.addr + (uint64_t)i * FFA_PAGE_SIZE) | b->writable;
	}
}

/* The window shows what the VM has borrowed, and nothing else. */
static void check_window(const struct fake_vm *vm)
{
	uint64_t window[FAKE_WINDOW_PAGES] = { 0 };
	bool taken[FAKE_WINDOW_PAGES] = { 0 };

	for (const struct vffa_borrow *b = vm->vm.borrows; b; b = b->next)
		show(b, window, taken);
	must(!memcmp(window, vm->window, sizeof(window)));
	must(!memcmp(taken, vm->window_taken, sizeof(taken)));
}

/* Every transaction is somewhere, and every page that is pinned is one's. */
static void check_mems(const struct fake_vm *vm)
{
	unsigned int nr_partial = count_mems(&vm->vm, VFFA_MEM_PARTIAL);
	unsigned int nr = nr_partial + count_mems(&vm->vm, VFFA_MEM_LIVE) +
			  count_mems(&vm->vm, VFFA_MEM_LOST);
	unsigned int nr_pages = 0;

	must(nr_partial == vm->vm.nr_partial);
	must(!nr_partial || vm->scheduled);
	for (unsigned int i = 0; i < FAKE_NR_VCPUS; i++) {
		const struct vffa_mem *mem = vm->vcpus[i].mem;

		must(!mem == !vffa_is_parked(&vm->vcpus[i]));
		nr += mem != NULL;
		nr_pages += mem ? mem->extents.nr_pages : 0;
	}
	nr += count_borrows(&vm->vm);
	must(nr == vm->vm.nr_mems && nr <= vm->vm.mem_limits.nr_handles);
	for (unsigned int i = 0; i < VFFA_MEM_BUCKETS; i++) {
		for (const struct vffa_mem *mem = vm->vm.mems[i]; mem; mem = mem->next)
			nr_pages += mem->extents.nr_pages;
	}
	must(nr_pages == vm->nr_mem_pinned);
}

static unsigned int check_vm(const struct fake_vm *vm)
{
	unsigned int nr_stopped = check_runs(vm);
	uint32_t version = (uint32_t)vm->vm.version.v;

	must((version & VFFA_VERSION_MINOR_MASK) <= 3 && !(version >> 17));
	must(version != VFFA_VERSION_LOCKED);
	must(vm->vm.avail.state.v == VFFA_RUN_FREE || vm->vm.avail.state.v == VFFA_RUN_STOPPED);
	check_mailbox(vm);
	check_mems(vm);
	check_window(vm);
	check_state(vm, nr_stopped);
	return nr_stopped + (vm->vm.avail.state.v == VFFA_RUN_STOPPED);
}

/* Each VM has an id of its own, and no other id is taken. */
static void check_ids(const struct stage *st)
{
	uint64_t ids[(VFFA_MAX_VMS + 63) / 64] = { 0 };

	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		unsigned int i = st->vms[n].vm.id - 1u;

		if (!st->alive[n] || !st->vms[n].vm.id)
			continue;
		must(i < VFFA_MAX_VMS && !(ids[i / 64] >> (i % 64) & 1));
		ids[i / 64] |= 1ull << (i % 64);
	}
	must(!memcmp(ids, st->relay.ids, sizeof(ids)));
}

void stage_check(struct stage *st)
{
	unsigned int nr_stopped = 0;
	unsigned int nr_live = 0;
	unsigned int nr_owed = 0;
	unsigned int nr_pages = 0;

	must(!st->depth);
	check_ids(st);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		if (!st->alive[n])
			continue;
		nr_stopped += check_vm(&st->vms[n]);
		nr_live += count_mems(&st->vms[n].vm, VFFA_MEM_LIVE);
		nr_live -= count_donated(st, &st->vms[n].vm);
		nr_owed += count_owed(&st->vms[n].vm);
		nr_pages += count_borrowed_pages(&st->vms[n].vm);
	}
	must(nr_pages == count_borrowed(&st->port.host));
	if (st->port.complaint)
		stage_fail(st->port.complaint, __FILE__, __LINE__);
	if (st->lied)
		return;
	must(nr_stopped == fake_spmc_nr_open(&st->port.spmc));
	must(nr_live == fake_spmc_nr_regions(&st->port.spmc));
	must(nr_owed == fake_spmc_nr_loans(&st->port.spmc));
	if (st->port.spmc.complaint)
		stage_fail(st->port.spmc.complaint, __FILE__, __LINE__);
}

static void make_honest(struct stage *st)
{
	struct fake_spmc *spmc = &st->port.spmc;

	st->port.during_smc = NULL;
	st->ops.smc = fake_ops.smc;
	memset(st->port.fail_after, 0, sizeof(st->port.fail_after));
	spmc->nr_scripts = 0;
	spmc->mem_pauses = 0;
	spmc->corrupt = 0;
	spmc->agrees = true;
	for (unsigned int i = 0; i < spmc->nr_parts; i++)
		spmc->parts[i].nr_status = 0;
}

/* As if the secure world began anew: nobody has what nobody knew who had it. */
static void find_lost(struct vffa_vm *vm)
{
	for (unsigned int i = 0; i < VFFA_MEM_BUCKETS; i++) {
		for (struct vffa_mem *mem = vm->mems[i]; mem; mem = mem->next) {
			if (mem->state == VFFA_MEM_LOST)
				mem->state = VFFA_MEM_LIVE;
		}
	}
}

/* Nor has anybody bound what was refused, and bound all the same: the SPMC is believed about that. */
static void forget_unknown_bound(struct stage *st, const struct vffa_vm *vm)
{
	struct fake_notif *notif = &st->port.spmc.notifs[vm->id % FAKE_MAX_NOTIFS];

	for (unsigned int i = 0; i < VFFA_NR_NOTIFS; i++) {
		if (!vm->notif.senders[i])
			notif->bound &= ~(1ull << i);
	}
}

/* A turn that a liar never ended, the honest one does. */
static void end_turns(struct stage *st)
{
	uint64_t next_ns = 1;

	for (unsigned int i = 0; i < 8 && next_ns; i++) {
		next_ns = vffa_turns(&st->relay);
		st->port.now_ns += next_ns;
	}
}

void stage_strike(struct stage *st)
{
	make_honest(st);
	end_turns(st);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		find_lost(&st->vms[n].vm);
		if (st->lied && st->alive[n])
			forget_unknown_bound(st, &st->vms[n].vm);
	}
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		stage_stop(st, n);
		stage_work(st, n, UINT64_MAX / 2);
	}
	stage_check(st);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		must(!st->alive[n] || vffa_vm_state(&st->vms[n].vm) == VFFA_VM_STOPPED);
		stage_fini(st, n);
	}
	stage_check(st);
	must(st->port.host.nr_pins == st->port.host.nr_given);
	must(!st->port.host.nr_leaves == !st->port.host.nr_given);
	must(st->lied || !fake_spmc_nr_bitmaps(&st->port.spmc));
	for (unsigned int i = 0; !st->lied && i < st->port.spmc.nr_parts; i++)
		must(!st->port.spmc.parts[i].known);
}
