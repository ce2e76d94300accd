// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Which partitions are to have a turn, and the worker that gives it. */
#include "turn.h"

#include "run.h"

/*
 * How soon a turn is tried again that could not be had, and how often: longer in all than a guest may
 * leave a context stopped. A partition that did not get its turn by then looks when it next runs.
 */
#define RETRY_NS  10000000ull
#define MAX_TRIES 1500u
static_assert(MAX_TRIES * RETRY_NS >
	      VFFA_RUN_IDLE_MAX_NS + VFFA_RUN_OVERDUE_NS + VFFA_WORK_BUDGET_NS);

static bool may_be_named(const struct vffa_part *part)
{
	return part->props & (FFA_PART_INDIRECT_MSG | FFA_PART_NOTIFICATION_RECV);
}

void vffa_turn_init(struct vffa_relay *relay)
{
	struct vffa_turn *turn = NULL;

	for (uint16_t i = 0; i < relay->spmc.nr_parts; i++) {
		struct vffa_part *part = &relay->spmc.parts[i];

		/* One that has several entries has them in a row. */
		if (!i || part[-1].id != part->id) {
			turn = may_be_named(part) ? &relay->turns[i] : NULL;
			if (turn)
				turn->part = part;
		}
		part->turn = turn;
	}
}

struct vffa_turn *vffa_turn_find(const struct vffa_relay *relay, vffa_id_t id)
{
	for (uint16_t i = 0; i < relay->spmc.nr_parts; i++) {
		if (relay->spmc.parts[i].id == id)
			return relay->spmc.parts[i].turn;
	}
	return NULL;
}

bool vffa_turn_enter(struct vffa_turn *turn)
{
	int old = vffa_atomic_load(&turn->users);

	do {
		if (old & VFFA_TURN_OURS)
			return false;
	} while (!vffa_atomic_try_cmpxchg(&turn->users, &old, old + 1));
	return true;
}

static void hold(struct vffa_turn *turn)
{
	if (turn)
		(void)vffa_atomic_add_return(&turn->users, 1);
}

static void leave(struct vffa_turn *turn)
{
	if (turn)
		(void)vffa_atomic_add_return(&turn->users, -1);
}

static void count(struct vffa_run *run, struct vffa_turn *turn, struct vffa_turn *chain)
{
	run->is_counted = true;
	run->turn = turn;
	run->chain = chain;
}

void vffa_turn_begin(struct vffa_run *run, struct vffa_turn *turn)
{
	count(run, turn, NULL);
}

void vffa_turn_follow(struct vffa_relay *relay, struct vffa_run *run, vffa_id_t where)
{
	struct vffa_turn *chain = where == run->ids >> 16 ? NULL : vffa_turn_find(relay, where);
	struct vffa_turn *before = run->is_counted ? run->chain : NULL;

	if (chain == before)
		return;
	hold(chain);
	count(run, run->is_counted ? run->turn : NULL, chain);
	leave(before);
}

void vffa_turn_end(struct vffa_run *run, enum vffa_run_state state)
{
	struct vffa_turn *turn = run->turn;
	struct vffa_turn *chain = run->chain;

	run->is_counted = false;
	vffa_atomic_store_release(&run->state, (int)state);
	leave(turn);
	leave(chain);
}

static void want_context(struct vffa_turn *turn, uint16_t context)
{
	vffa_atomic_t *word = &turn->wanted[context / 32];
	int old = vffa_atomic_load(word);

	while (!vffa_atomic_try_cmpxchg(word, &old, (int)((uint32_t)old | 1u << context % 32)))
		;
}

bool vffa_turn_want(struct vffa_relay *relay, const struct vffa_notif_list *list)
{
	struct vffa_turn *turn = vffa_turn_find(relay, list->id);
	const struct vffa_part *part;
	bool known = true;

	if (!turn)
		return false;
	part = turn->part;
	if (!list->nr_vcpus)
		vffa_atomic_store_release(&turn->wanted_any, 1);
	for (uint16_t i = 0; i < list->nr_vcpus; i++) {
		if (list->vcpus[i] < part->nr_contexts && list->vcpus[i] < VFFA_TURN_CONTEXTS)
			want_context(turn, list->vcpus[i]);
		else
			known = false;
	}
	return known;
}

static bool is_wanted(const struct vffa_turn *turn)
{
	int any = vffa_atomic_load(&turn->wanted_any);

	for (unsigned int i = 0; i < VFFA_TURN_CONTEXTS / 32; i++)
		any |= vffa_atomic_load(&turn->wanted[i]);
	return any;
}

static bool is_stopped(const struct vffa_turn *turn)
{
	return vffa_atomic_load(&turn->run.state) == VFFA_RUN_STOPPED;
}

static bool take_bit(vffa_atomic_t *word, int bit)
{
	int old = vffa_atomic_load(word);

	while (!vffa_atomic_try_cmpxchg(word, &old, old & ~bit))
		;
	return old & bit;
}

/* A context whose turn is wanted, which is not wanted any more then. */
static uint16_t take_context(const struct vffa_part *part, struct vffa_turn *turn)
{
	/* Any will do: another each time, because one may not be to be had, with its CPU. */
	if (take_bit(&turn->wanted_any, 1))
		return (uint16_t)(part->nr_contexts ? turn->nr_tries % part->nr_contexts : 0);

	for (uint16_t i = 0; i < VFFA_TURN_CONTEXTS; i++) {
		int bit = (int)(1u << i % 32);

		if (take_bit(&turn->wanted[i / 32], bit))
			return i;
	}
	return 0;
}

static void put_off(const struct vffa_relay *relay, struct vffa_turn *turn, uint64_t delay_ns)
{
	turn->not_before_ns = relay->cfg.ops->now_ns(relay->cfg.port) + delay_ns;
}

/* The turn could not be had: want it again, up to a point. */
static void try_again(const struct vffa_relay *relay, struct vffa_turn *turn, uint16_t context,
		      bool any)
{
	if (++turn->nr_tries >= MAX_TRIES) {
		turn->nr_tries = 0;
		return;
	}
	if (any)
		vffa_atomic_store_release(&turn->wanted_any, 1);
	else
		want_context(turn, context);
	put_off(relay, turn, RETRY_NS);
}

/* One that had bad luck goes on soon; one that does not come to an end has little of a CPU. */
static uint64_t delay_of_stopped(struct vffa_turn *turn)
{
	uint32_t n = turn->nr_tries;

	if (RETRY_NS << n >= VFFA_WORK_RETRY_NS)
		return VFFA_WORK_RETRY_NS;
	turn->nr_tries++;
	return RETRY_NS << n;
}

/* Did the turn not begin, for a reason that goes away? A CPU that is offline is one. */
static bool was_early(enum vffa_ret ret)
{
	return ret == VFFA_BUSY || ret == VFFA_RETRY || ret == VFFA_INTERRUPTED;
}

/* Begin a turn, or go on with the one that is stopped. The partition is ours. */
static void give(struct vffa_relay *relay, struct vffa_turn *turn)
{
	bool any = vffa_atomic_load(&turn->wanted_any);
	bool resumed = is_stopped(turn);
	uint16_t context = 0;
	enum vffa_ret ret;

	if (!resumed)
		context = take_context(turn->part, turn);
	ret = vffa_run_turn(relay, &turn->run, turn->part, context, VFFA_WORK_BUDGET_NS);
	if (is_stopped(turn)) {
		/* How often it could not be had says nothing of how long it takes. */
		if (!resumed)
			turn->nr_tries = 0;
		put_off(relay, turn, delay_of_stopped(turn));
		return;
	}
	if (was_early(ret))
		try_again(relay, turn, context, any);
	else
		turn->nr_tries = 0;
	(void)vffa_atomic_add_return(&turn->users, -VFFA_TURN_OURS);
}

/* May the relay enter now? From then on no request may. */
static bool claim(struct vffa_turn *turn)
{
	int nobody = 0;

	return is_stopped(turn) || vffa_atomic_try_cmpxchg(&turn->users, &nobody, VFFA_TURN_OURS);
}

/* Nanoseconds until there is something to do again; 0 = until the SPMC says so. */
static uint64_t serve(struct vffa_relay *relay, struct vffa_turn *turn)
{
	uint64_t now_ns = relay->cfg.ops->now_ns(relay->cfg.port);

	if (!is_stopped(turn) && !is_wanted(turn))
		return 0;
	if (now_ns < turn->not_before_ns)
		return turn->not_before_ns - now_ns;

	if (claim(turn)) {
		give(relay, turn);
	} else if (++turn->nr_tries < MAX_TRIES) {
		put_off(relay, turn, RETRY_NS);
	} else {
		(void)take_context(turn->part, turn);
		turn->nr_tries = 0;
	}

	if (!is_stopped(turn) && !is_wanted(turn))
		return 0;
	now_ns = relay->cfg.ops->now_ns(relay->cfg.port);
	return now_ns < turn->not_before_ns ? turn->not_before_ns - now_ns : 1;
}

uint64_t vffa_turns(struct vffa_relay *relay)
{
	uint64_t next_ns = 0;

	for (uint16_t i = 0; i < relay->spmc.nr_parts; i++) {
		struct vffa_turn *turn = &relay->turns[i];
		uint64_t due_ns = turn->part ? serve(relay, turn) : 0;

		if (due_ns && (!next_ns || due_ns < next_ns))
			next_ns = due_ns;
	}
	return next_ns;
}

bool vffa_turns_finish(struct vffa_relay *relay)
{
	bool done = true;

	for (uint16_t i = 0; i < relay->spmc.nr_parts; i++) {
		struct vffa_turn *turn = &relay->turns[i];

		if (!turn->part || !is_stopped(turn))
			continue;
		give(relay, turn);
		done = done && !is_stopped(turn);
	}
	return done;
}

bool vffa_turns_wanted(const struct vffa_relay *relay)
{
	for (uint16_t i = 0; i < relay->spmc.nr_parts; i++) {
		if (is_wanted(&relay->turns[i]))
			return true;
	}
	return false;
}
