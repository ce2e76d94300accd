// SPDX-License-Identifier: GPL-2.0-only
/* Steps: calls of guests, answers of VMMs, requests of partitions, the lives of VMs. */
#include "steps.h"

#include <string.h>

#include "mem.h"
#include "send.h"
#include "sp/proto.h"

/* More than a worker waits between two attempts. */
#define LONG_NS 100000000000ull

static uint64_t handle_at(const struct vffa_regs *regs, unsigned int i)
{
	return (uint32_t)regs->x[i] | regs->x[i + 1] << 32;
}

static bool is_error(const struct vffa_regs *regs)
{
	return regs->x[0] == FFA_ERROR;
}

static void go_live(struct model *m, struct mem *mem, uint64_t handle)
{
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++)
		must(m->p,
		     &m->mems[i] == mem || !m->mems[i].where || m->mems[i].handle != handle ||
			     m->mems[i].where == RESTORING,
		     "handle 0x%llx comes twice", (unsigned long long)handle);
	mem->where = LIVE;
	mem->handle = handle;
	model_check_region(m, mem);
}

/* The call that brought ranges up to @end, and @len bytes, has gone well. */
static void fragment_taken(struct model *m, struct mem *mem, bool answered,
			   const struct vffa_regs *regs, uint32_t end, uint32_t len)
{
	mem->nr_taken = end;
	mem->received += len;
	if (!answered) {
		must(m->p, end == mem->nr_ranges && mem->type != SHARE, "parked");
		mem->where = REVOKING;
		model_check_exit(m, mem, VFFA_EXIT_REVOKE);
	} else if (regs->x[0] == FFA_MEM_FRAG_RX) {
		must(m->p, end < mem->nr_ranges, "whole");
		must(m->p, regs->x[3] == mem->received, "%u", (uint32_t)regs->x[3]);
		must(m->p, mem->where == NOWHERE || handle_at(regs, 1) == mem->handle, "handle");
		mem->handle = handle_at(regs, 1);
		mem->where = PARTIAL;
		mem->due_ns = m->p->port.now_ns + PLAY_FRAG_NS;
	} else {
		must(m->p, regs->x[0] == FFA_SUCCESS_32, "0x%llx", (unsigned long long)regs->x[0]);
		must(m->p, end == mem->nr_ranges && mem->type == SHARE, "done");
		must(m->p, !mem->handle || handle_at(regs, 2) == mem->handle, "handle");
		go_live(m, mem, handle_at(regs, 2));
	}
}

/* What may be wrong with ranges up to @end, for whatever reason. */
static uint32_t errors_of_fragment(struct model *m, const struct mem *mem, uint32_t end)
{
	uint32_t errors = model_errors_of_ranges(m, mem, end);
	unsigned int nr_others = model_count(m, mem->vm, PARTIAL) - (mem->where == PARTIAL);

	/* The SPMC sees it now, and it notices. */
	if (end == mem->nr_ranges)
		return (errors & ~ERR_OR_LATER) | model_errors_of_whole(mem);
	return errors | (nr_others >= PLAY_MAX_FRAGMENTED ? ERR(VFFA_NO_MEMORY) : 0);
}

/* @mem: as its VM wants it to be; @spoils: with a mistake. NOWHERE after that: it came to nothing. */
static void send(struct model *m, struct rng *rng, struct mem *mem, uint32_t end, bool spoils)
{
	static const uint32_t fids[] = { FFA_MEM_SHARE_32, FFA_MEM_LEND_32, FFA_MEM_DONATE_32 };
	uint32_t total = send_head_size(m, mem) + mem->nr_ranges * 16;
	unsigned int vm = mem->vm;
	struct vffa_regs regs;
	uint32_t errors = 0;
	uint64_t before;
	uint32_t len;
	bool answered;
	bool failed;

	if (spoils)
		errors = send_spoil(m, rng, mem, &total);
	len = send_encode(m, mem, end, model_tx(m, vm));
	mem->handle = 0;

	errors |= errors_of_fragment(m, mem, end);
	if (!m->p->tx[vm])
		errors |= ERR(VFFA_INVALID_PARAMETERS);
	if (model_count(m, vm, NOWHERE) >= PLAY_MAX_HANDLES)
		errors |= ERR(VFFA_NO_MEMORY);

	regs = (struct vffa_regs){ { fids[mem->type] | (one_in(rng, 2) ? SMCCC_64 : 0), total,
				     len } };
	before = play_hash(m->p);
	answered = play_call(m->p, vm, mem->vcpu, &regs);
	failed = play_failed(m->p);
	if (answered && is_error(&regs)) {
		model_check_error(m, &regs, errors, failed);
		must(m->p, play_hash(m->p) == before, "an error changed something");
		return;
	}
	must(m->p, !errors || errors & ERR_OR_LATER, "not one of errors 0x%x", errors);
	mem->is_double |= errors & ERR_OR_LATER;
	fragment_taken(m, mem, answered, &regs, end, len);
}

static void play_send(struct model *m, struct rng *rng)
{
	struct mem *mem = model_new(m);
	unsigned int vm;
	uint32_t end;

	if (!model_find_vcpu(m, rng, &vm, &mem->vcpu))
		return;
	send_random(m, rng, vm, mem);
	end = one_in(rng, 3) ? below(rng, mem->nr_ranges + 1) : mem->nr_ranges;
	send(m, rng, mem, end, one_in(rng, 6));
}

/* A handle that is none of what it should be. */
static uint64_t wrong_handle(struct model *m, struct rng *rng)
{
	const struct mem *mem = &m->mems[below(rng, MODEL_MAX_MEMS)];

	return mem->where == NOWHERE ? below(rng, 100) : mem->handle;
}

static void play_frag_tx(struct model *m, struct rng *rng)
{
	struct vffa_regs regs;
	uint32_t errors = 0;
	unsigned int vcpu;
	unsigned int vm;
	struct mem *mem;
	uint32_t end;
	uint32_t len;
	bool answered;
	bool failed;

	if (!model_find_vcpu(m, rng, &vm, &vcpu))
		return;
	mem = model_pick(m, rng, vm, PARTIAL);
	if (!mem)
		return;
	mem->vcpu = vcpu;
	end = mem->nr_taken + 1 + below(rng, mem->nr_ranges - mem->nr_taken);
	len = send_encode_ranges(mem, mem->nr_taken, end, model_tx(m, vm));
	if (one_in(rng, 8)) {
		len = one_in(rng, 2) ? len - 8 : one_in(rng, 2) ? 0 : len + 0x1000;
		errors = ERR(VFFA_INVALID_PARAMETERS);
	}
	errors |= errors_of_fragment(m, mem, end);
	if (!m->p->tx[vm])
		errors |= ERR(VFFA_INVALID_PARAMETERS);

	regs = (struct vffa_regs){ { FFA_MEM_FRAG_TX, (uint32_t)mem->handle, mem->handle >> 32,
				     len } };
	answered = play_call(m->p, vm, vcpu, &regs);
	failed = play_failed(m->p);
	if (answered && is_error(&regs)) {
		model_check_error(m, &regs, errors, failed);
		/* Killed before it was looked up, it is still there: the next fragment says so. */
		if (regs.x[2] != (uint32_t)VFFA_INTERRUPTED ||
		    m->p->vms[vm].vm.nr_partial < model_count(m, vm, PARTIAL))
			model_drop(m, mem);
		return;
	}
	must(m->p, !errors || errors & ERR_OR_LATER, "not one of errors 0x%x", errors);
	mem->is_double |= errors & ERR_OR_LATER;
	fragment_taken(m, mem, answered, &regs, end, len);
}

static void resume_revoke(struct model *m, struct mem *mem, enum vffa_ret result)
{
	struct vffa_regs regs;
	bool answered;
	bool failed;

	if (!result)
		model_set_access(m, mem, false);
	answered = play_resume(m->p, mem->vm, mem->vcpu, result, &regs);
	failed = play_failed(m->p);
	if (result) {
		must(m->p, answered, "parked");
		model_check_error(m, &regs, ERR(VFFA_DENIED), failed);
		model_drop(m, mem);
	} else if (!answered) {
		must(m->p, failed, "it should go well");
		mem->where = RESTORING;
		mem->is_failed = true;
		model_check_exit(m, mem, VFFA_EXIT_RESTORE);
	} else {
		must(m->p, regs.x[0] == FFA_SUCCESS_32, "0x%llx, %d", (unsigned long long)regs.x[0],
		     (int)regs.x[2]);
		go_live(m, mem, handle_at(&regs, 2));
	}
}

static void resume_restore(struct model *m, struct mem *mem, enum vffa_ret result)
{
	struct vffa_regs regs;

	if (!result)
		model_set_access(m, mem, true);
	must(m->p, play_resume(m->p, mem->vm, mem->vcpu, result, &regs), "parked once more");
	(void)play_failed(m->p);
	must(m->p, is_error(&regs) == (result || mem->is_failed), "0x%llx",
	     (unsigned long long)regs.x[0]);
	must(m->p, !result || regs.x[2] == (uint32_t)VFFA_ABORTED, "%d", (int)regs.x[2]);
	model_drop(m, mem);
}

static void play_vmm(struct model *m, struct rng *rng)
{
	unsigned int vm = below(rng, PLAY_NR_VMS);
	enum where where = one_in(rng, 2) ? REVOKING : RESTORING;
	enum vffa_ret result = one_in(rng, 5) ? VFFA_DENIED : VFFA_OK;
	struct mem *mem = model_pick(m, rng, vm, where);

	if (!mem || !play_is_ready(m->p, vm))
		return;
	if (where == REVOKING)
		resume_revoke(m, mem, result);
	else
		resume_restore(m, mem, result);
}

static void play_reclaim(struct model *m, struct rng *rng)
{
	static const uint32_t some_flags[] = {
		0, 0, 0, FFA_MEM_FLAG_ZERO, FFA_MEM_FLAG_TIME_SLICE, 0x3, 0x4, 0x80000000
	};
	uint32_t flags = some_flags[below(rng, 8)];
	struct mem *mem = NULL;
	uint32_t errors = 0;
	struct vffa_regs regs;
	unsigned int vcpu;
	uint64_t handle;
	uint64_t before;
	unsigned int vm;
	bool answered;
	bool failed;

	if (!model_find_vcpu(m, rng, &vm, &vcpu))
		return;
	handle = wrong_handle(m, rng);
	if (!one_in(rng, 4))
		mem = model_pick(m, rng, vm, LIVE);
	if (mem)
		handle = mem->handle;
	for (unsigned int i = 0; i < MODEL_MAX_MEMS && !mem; i++) {
		if (m->mems[i].where == LIVE && m->mems[i].vm == vm && m->mems[i].handle == handle)
			mem = &m->mems[i];
	}
	if (!mem || flags & ~3u)
		errors |= ERR(VFFA_INVALID_PARAMETERS);
	/* What was donated is not there any more; or it is here, with a VM. */
	if (mem && model_is_retrieved(mem))
		errors |= mem->type != DONATE || model_is_borrowed(m, mem)
				  ? ERR(VFFA_DENIED)
				  : ERR(VFFA_INVALID_PARAMETERS);

	regs = (struct vffa_regs){ { FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, flags } };
	before = play_hash(m->p);
	answered = play_call(m->p, vm, vcpu, &regs);
	failed = play_failed(m->p);
	if (answered && is_error(&regs)) {
		model_check_error(m, &regs, errors, failed);
		must(m->p, play_hash(m->p) == before, "an error changed something");
		return;
	}
	must(m->p, !errors || errors & ERR_OR_LATER, "not one of errors 0x%x", errors);
	mem->is_double |= errors & ERR_OR_LATER;
	must(m->p, answered == (mem->type == SHARE), "parked");
	must(m->p, !answered || regs.x[0] == FFA_SUCCESS_32, "0x%llx",
	     (unsigned long long)regs.x[0]);
	if (answered) {
		model_drop(m, mem);
		return;
	}
	mem->vcpu = vcpu;
	mem->where = RESTORING;
	model_check_exit(m, mem, VFFA_EXIT_RESTORE);
}

static void retrieve(struct model *m, struct mem *mem, uint32_t i)
{
	uint32_t perms = mem->type == DONATE ? FFA_MEM_DATA_RW : mem->perms[i];
	uint32_t flags = mem->nr_to > 1 ? BORROWER_BYPASS : 0;
	bool has_word = m->p->spmc_minor == 2 && (mem->impdef[i][0] || mem->impdef[i][1]);
	int err = play_tell(m->p, mem->to[i], BORROWER_RETRIEVE, mem->handle,
			    m->p->vms[mem->vm].vm.id | perms << 16 | flags << 24, mem->tag);

	must(m->p, !err == (!mem->retrieved[i] && !has_word), "retrieve: %d", err);
	if (!err)
		mem->retrieved[i] = true;
}

/* A donation from its beginning to its end, because that takes many steps that may fail. */
static void play_donation(struct model *m, struct rng *rng)
{
	struct mem *mem = model_new(m);
	unsigned int vm;

	if (!model_find_vcpu(m, rng, &vm, &mem->vcpu))
		return;
	send_donation(m, rng, vm, mem);
	send(m, rng, mem, mem->nr_ranges, false);
	if (mem->where == REVOKING)
		resume_revoke(m, mem, VFFA_OK);
	if (mem->where == LIVE)
		retrieve(m, mem, 0);
}

static void relinquish(struct model *m, struct mem *mem, uint32_t i)
{
	int err = play_tell(m->p, mem->to[i], BORROWER_RELINQUISH, mem->handle, 0, 0);

	must(m->p, !err == (mem->retrieved[i] && mem->type != DONATE), "relinquish: %d", err);
	if (!err)
		mem->retrieved[i] = false;
}

static void play_partition(struct model *m, struct rng *rng)
{
	struct mem *mem = model_pick(m, rng, below(rng, PLAY_NR_VMS), LIVE);
	uint32_t i;

	(void)play_failed(m->p);
	if (!mem)
		return;
	i = below(rng, mem->nr_to);
	if (mem->to[i] == SP_ID_ECHO || mem->to[i] == SP_ID_NOTIFIER)
		return;
	if (one_in(rng, 2))
		retrieve(m, mem, i);
	else
		relinquish(m, mem, i);
}

/* What a VM that ends has left is what the SPMC still has of it. */
static void sync_ending(struct model *m, unsigned int vm)
{
	struct spmc *spmc = spmc_inproc_spmc(m->p->spmc);
	bool is_stopped = vffa_vm_state(&m->p->vms[vm].vm) == VFFA_VM_STOPPED;

	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		struct mem *mem = &m->mems[i];
		bool is_given = mem->type == DONATE && mem->retrieved[0];

		if (mem->where == NOWHERE || mem->where == GIVEN || mem->vm != vm)
			continue;
		if (mem->where == LIVE && is_given) {
			mem->where = is_stopped ? GIVEN : LIVE;
			continue;
		}
		if (mem->where == LIVE && region_find(spmc, mem->handle))
			continue;
		must(m->p, !model_is_retrieved(mem), "it was taken from a borrower");
		model_drop(m, mem);
	}
	loans_sync(m, vm);
	must(m->p, !is_stopped || !model_count(m, vm, NOWHERE), "VM %u has something left", vm);
}

static void play_stop(struct model *m, struct rng *rng)
{
	unsigned int vm = below(rng, PLAY_NR_VMS);
	bool failed;

	if (!one_in(rng, 4) || !play_is_ready(m->p, vm))
		return;
	vffa_vm_stop(&m->p->vms[vm].vm);
	vffa_vm_work(&m->p->vms[vm].vm);
	failed = play_failed(m->p);
	m->p->tx[vm] = 0;
	memset(m->p->parked[vm], 0, sizeof(m->p->parked[vm]));
	sync_ending(m, vm);
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		const struct mem *mem = &m->mems[i];

		must(m->p, failed || !mem->where || mem->vm != vm || model_is_retrieved(mem),
		     "nobody has it, but it was not taken back");
	}
	must(m->p,
	     failed || model_count(m, vm, NOWHERE) ||
		     vffa_vm_state(&m->p->vms[vm].vm) == VFFA_VM_STOPPED,
	     "VM %u is not STOPPED", vm);
}

static void pass_time(struct model *m, uint64_t ns)
{
	(void)play_failed(m->p);
	play_pass_time(m->p, ns);
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		struct mem *mem = &m->mems[i];

		if (mem->where == PARTIAL && mem->due_ns <= m->p->port.now_ns)
			model_drop(m, mem);
	}
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++) {
		if (m->p->alive[n] && !play_is_ready(m->p, n))
			sync_ending(m, n);
	}
}

static void play_time(struct model *m, struct rng *rng)
{
	pass_time(m, 100000000ull * (1 + below(rng, 15)));
}

static void play_restart(struct model *m, struct rng *rng)
{
	unsigned int vm = below(rng, PLAY_NR_VMS);

	(void)play_failed(m->p);
	if (vffa_vm_state(&m->p->vms[vm].vm) != VFFA_VM_STOPPED)
		return;
	if (model_count(m, vm, GIVEN)) {
		must(m->p, vffa_vm_restart(&m->p->vms[vm].vm) == VFFA_BUSY, "VM %u", vm);
		return;
	}
	must(m->p, !vffa_vm_restart(&m->p->vms[vm].vm), "VM %u", vm);
	memset(m->no_access[vm], 0, sizeof(m->no_access[vm]));
	play_boot(m->p, vm, below(rng, 3), FAKE_RAM_IPA);
}

static void play_buffers(struct model *m, struct rng *rng)
{
	struct vffa_regs regs = { { FFA_RXTX_UNMAP } };
	uint32_t errors = 0;
	unsigned int vcpu;
	unsigned int vm;
	uint64_t tx = 0;

	if (!model_find_vcpu(m, rng, &vm, &vcpu))
		return;
	if (!m->p->tx[vm]) {
		tx = FAKE_RAM_IPA + below(rng, 30) * (uint64_t)FFA_PAGE_SIZE;
		errors = model_errors_of_buffers(m, vm, tx);
		regs = (struct vffa_regs){ { FFA_RXTX_MAP_64, tx,
					     tx + PLAY_BUFFER_PAGES * FFA_PAGE_SIZE,
					     PLAY_BUFFER_PAGES } };
	}
	must(m->p, play_call(m->p, vm, vcpu, &regs), "parked");
	if (is_error(&regs)) {
		model_check_error(m, &regs, errors, play_failed(m->p));
		return;
	}
	must(m->p, !errors, "not one of errors 0x%x", errors);
	(void)play_failed(m->p);
	m->p->tx[vm] = tx;
}

static const struct kind {
	const char *name;
	unsigned int weight;
	void (*play)(struct model *m, struct rng *rng);
} kinds[] = {
	{ "send", 8, play_send },
	{ "fragment", 5, play_frag_tx },
	{ "VMM", 8, play_vmm },
	{ "reclaim", 6, play_reclaim },
	{ "partition", 6, play_partition },
	{ "donation", 5, play_donation },
	{ "pass on", 7, play_pass_on },
	{ "borrow", 10, play_borrow },
	{ "give back", 4, play_give_back },
	{ "call in", 3, play_call_in },
	{ "stop", 2, play_stop },
	{ "time", 1, play_time },
	{ "restart", 2, play_restart },
	{ "buffers", 1, play_buffers },
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct step step_random(struct rng *rng)
{
	unsigned int sum = 0;
	unsigned int at;
	uint32_t kind = 0;

	for (unsigned int i = 0; i < NR_KINDS; i++)
		sum += kinds[i].weight;
	at = below(rng, sum);
	while (at >= kinds[kind].weight)
		at -= kinds[kind++].weight;
	return (struct step){ kind, rng_next(rng) };
}

const char *step_name(const struct step *step)
{
	return kinds[step->kind].name;
}

static void fail_something(struct model *m, struct rng *rng)
{
	static const enum fake_op ops[] = { FAKE_OP_LOCK,   FAKE_OP_MAP,   FAKE_OP_PIN,
					    FAKE_OP_LEAF,   FAKE_OP_ALLOC, FAKE_OP_SMC,
					    FAKE_OP_WINDOW, FAKE_OP_CHARGE };
	static const enum vffa_ret rets[] = { VFFA_NO_MEMORY, VFFA_DENIED, VFFA_BUSY,
					      VFFA_ABORTED };
	enum fake_op op = ops[below(rng, sizeof(ops) / sizeof(ops[0]))];
	unsigned int nth = 1 + below(rng, op == FAKE_OP_SMC ? 2 : 6);

	play_fail_nth(m->p, op, nth, rets[below(rng, sizeof(rets) / sizeof(rets[0]))]);
}

void step_play(struct model *m, const struct step *step)
{
	struct rng rng = { step->seed };

	if (one_in(&rng, 6))
		fail_something(m, &rng);
	kinds[step->kind].play(m, &rng);
	(void)play_failed(m->p);
	model_check(m);
}

void steps_begin(struct model *m, struct rng *rng)
{
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++)
		play_boot(m->p, n, below(rng, 3), FAKE_RAM_IPA);
	model_check(m);
}

static void relinquish_all(struct model *m)
{
	for (unsigned int i = 0; i < MODEL_MAX_MEMS; i++) {
		struct mem *mem = &m->mems[i];

		for (uint32_t n = 0; n < mem->nr_to; n++) {
			if (mem->where == LIVE && mem->retrieved[n] && mem->type != DONATE)
				relinquish(m, mem, n);
		}
	}
}

void steps_end(struct model *m)
{
	const struct fake_host *host = &m->p->port.host;

	relinquish_all(m);
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++) {
		vffa_vm_stop(&m->p->vms[n].vm);
		m->p->tx[n] = 0;
	}
	pass_time(m, LONG_NS);
	model_check(m);
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++) {
		bool is_stopped = vffa_vm_state(&m->p->vms[n].vm) == VFFA_VM_STOPPED;

		must(m->p, is_stopped, "VM %u", n);
		vffa_vm_fini(&m->p->vms[n].vm);
	}
	must(m->p, host->nr_pins == host->nr_given && !host->nr_leaves == !host->nr_given,
	     "something is left");
	must(m->p, !vffa_relay_stop(&m->p->relay), "the relay");
	must(m->p, !spmc_inproc_nr_mapped(m->p->spmc), "the SPMC has something mapped");
}
