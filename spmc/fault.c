// SPDX-License-Identifier: GPL-2.0-only
/* Faults on request. */
#include "fault.h"

#include "bytes.h"
#include "call.h"
#include "mailbox.h"
#include "mem.h"
#include "sp/proto.h"

static bool is_sane(const struct spmc_fault *f)
{
	if (f->kind == FAULT_REG)
		return f->index < VFFA_NR_REGS;
	if (f->kind == FAULT_SLOW)
		return f->value <= SPMC_FAULT_MAX_SLOW_NS;
	return f->kind < NR_FAULT_KINDS;
}

static int add(struct spmc *s, const struct spmc_fault *fault, uint32_t target)
{
	for (unsigned int i = 0; i < SPMC_MAX_FAULTS; i++) {
		if (s->faults[i].used)
			continue;
		s->faults[i] = (struct fault_slot){ true, target, *fault };
		return 0;
	}
	return E_NO_MEMORY;
}

int fault_set_locked(struct spmc *s, const struct spmc_fault *fault)
{
	return is_sane(fault) ? add(s, fault, 0) : E_INVALID;
}

int spmc_fault_set(struct spmc *s, const struct spmc_fault *fault)
{
	int err;

	s->cfg.ops->lock(s->cfg.home);
	err = fault_set_locked(s, fault);
	s->cfg.ops->unlock(s->cfg.home);
	return err;
}

void fault_clear_locked(struct spmc *s)
{
	memset(s->faults, 0, sizeof(s->faults));
	mem_pause_clear(s);
}

unsigned int fault_count_locked(const struct spmc *s)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < SPMC_MAX_FAULTS; i++)
		nr += s->faults[i].used;
	return nr;
}

void spmc_fault_clear(struct spmc *s)
{
	s->cfg.ops->lock(s->cfg.home);
	fault_clear_locked(s);
	s->cfg.ops->unlock(s->cfg.home);
}

static bool is_direct_req(uint32_t fid)
{
	uint32_t fn = fid & FID_FN_MASK;

	return fn == FN_DIRECT_REQ || fn == FN_DIRECT_REQ2;
}

/*
 * Whoever set a fault must be able to clear it; and when the control partition is preempted on its
 * way out, the FFA_RUN that lets it finish is not the call that the new fault is for.
 */
static bool is_exempt(const struct vffa_regs *regs)
{
	uint32_t fid = (uint32_t)regs->x[0];

	if (fid == FID32(FN_RUN))
		return ids_from(regs->x[1]) == SP_ID_CONTROL;
	return is_direct_req(fid) && ids_to(regs->x[1]) == SP_ID_CONTROL;
}

static bool befalls(struct fault_slot *slot, const struct vffa_regs *regs)
{
	struct spmc_fault *f = &slot->fault;

	if (!slot->used || (f->fid && f->fid != (uint32_t)regs->x[0]))
		return false;
	if (slot->target && slot->target != (uint32_t)regs->x[1])
		return false;
	if (f->skip) {
		f->skip--;
		return false;
	}
	if (f->times && !--f->times)
		slot->used = false;
	return true;
}

void fault_match(struct spmc *s, const struct vffa_regs *regs, struct fault_hits *hits)
{
	hits->nr = 0;
	for (unsigned int i = 0; i < SPMC_MAX_FAULTS && !is_exempt(regs); i++) {
		const struct spmc_fault fault = s->faults[i].fault;

		if (befalls(&s->faults[i], regs))
			hits->faults[hits->nr++] = fault;
	}
}

/* FFA_INTERRUPT or FFA_YIELD for the context a call is for: FFA_RUN names it, a message its id. */
static void stop(struct vffa_regs *regs, uint64_t fid)
{
	uint32_t target = (uint32_t)regs->x[1];

	if (is_direct_req((uint32_t)regs->x[0]))
		target <<= 16;
	regs_zero(regs, 0, VFFA_NR_REGS - 1);
	regs->x[0] = fid;
	regs->x[1] = target;
}

static void waste_time(const struct spmc *s, uint64_t ns)
{
	uint64_t begin = s->cfg.ops->now_ns(s->cfg.home);

	while (s->cfg.ops->now_ns(s->cfg.home) - begin < ns)
		;
}

bool fault_before(struct spmc *s, const struct fault_hits *hits, struct vffa_regs *regs)
{
	for (unsigned int i = 0; i < hits->nr; i++) {
		const struct spmc_fault *f = &hits->faults[i];

		if (f->kind == FAULT_SLOW)
			waste_time(s, f->value);
		if (f->kind == FAULT_ERROR) {
			regs_error(regs, (int)f->value);
			return true;
		}
		if (f->kind == FAULT_STOP) {
			stop(regs, f->value);
			return true;
		}
		if (f->kind == FAULT_PAUSE && mem_pause(s, regs, f->value))
			return true;
	}
	return false;
}

static void spoil_rx(struct mailbox *mb, uint32_t offset, uint64_t value)
{
	if (mb->state != MAILBOX_NONE && offset <= mailbox_size(mb) - 8)
		put64(mb->rx + offset, value);
}

/*
 * A fault of an answer waits for the answer: where an interrupt has stopped the call, it is for the
 * FFA_RUN that goes on with it. Else when an interrupt comes would decide what goes wrong.
 */
static bool is_put_off(struct spmc *s, const struct spmc_fault *f, const struct vffa_regs *regs)
{
	struct spmc_fault later = *f;

	if ((uint32_t)regs->x[0] != FID32(FN_INTERRUPT))
		return false;
	if (f->kind != FAULT_ERROR_AFTER && f->kind != FAULT_REG)
		return false;
	if (f->fid == FID32(FN_RUN) && !f->times)
		return true;
	later.fid = FID32(FN_RUN);
	later.skip = 0;
	later.times = 1;
	return !add(s, &later, (uint32_t)regs->x[1]);
}

void fault_after(struct spmc *s, const struct fault_hits *hits, struct vffa_regs *regs)
{
	const struct vffa_regs answer = *regs;

	for (unsigned int i = 0; i < hits->nr; i++) {
		const struct spmc_fault *f = &hits->faults[i];

		if (is_put_off(s, f, &answer))
			continue;
		if (f->kind == FAULT_ERROR_AFTER)
			regs_error(regs, (int)f->value);
		else if (f->kind == FAULT_REG)
			regs->x[f->index] = f->value;
		else if (f->kind == FAULT_RX)
			spoil_rx(&s->hyp, f->index, f->value);
	}
}
