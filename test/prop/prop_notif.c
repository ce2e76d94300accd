// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: prop_notif [COUNT [SEED]]
 *
 * Plays COUNT (default: 300) random sequences of notifications: guests of two VMs bind, unbind and get,
 * two partitions set, VMs are reset and end, and the schedule receiver interrupt
 * is served now or later; against a model that is nothing but sets of bits. Sequence n has seed SEED + n
 * (default: 1; "new" = any), so that one that fails can be played again as "prop_notif 1 SEED". It is made as short
 * as possible, and shown.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "inproc_port.h"
#include "notif.h"
#include "play.h"
#include "seed.h"
#include "sp/proto.h"
#include "world.h"

#define TX_PA (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA (SPMC_INPROC_RAM_BASE + 0x20000)

#define MAX_STEPS 60
#define NR_BITS	  64

enum kind {
	BIND,
	UNBIND,
	SET,
	GET,
	SERVE,
	RESET,
	REPLACE,
	NR_KINDS
};

static const char *const names[NR_KINDS] = { "bind",  "unbind", "set",	  "get",
					     "serve", "reset",	"replace" };

struct step {
	enum kind kind;
	uint64_t seed;
};

struct sequence {
	uint64_t seed;
	unsigned int nr_steps;
	struct step steps[MAX_STEPS];
};

/* What a VM has, bit by bit. @news: pending, and the VM has not been interrupted for it. */
struct vm_model {
	uint16_t sender[NR_BITS];
	bool per_vcpu[NR_BITS];
	bool pending[NR_BITS];
	bool pending_at[FAKE_NR_VCPUS][NR_BITS];
	bool news;
	bool news_at[FAKE_NR_VCPUS];
};

/* One sequence being played. The port's smc() is given none of it, so there is one at a time. */
static struct game {
	struct world *world;
	struct spmc_inproc *spmc;
	struct vffa_port_ops ops;
	struct vm_model vms[WORLD_NR_VMS];
	jmp_buf escape;
	char failure[128];
} game;

#define hold(cond) ((cond) ? (void)0 : give_up(#cond, __LINE__))

static void give_up(const char *what, int line)
{
	snprintf(game.failure, sizeof(game.failure), "prop_notif.c:%d: not so: %s", line, what);
	longjmp(game.escape, 1);
}

static enum vffa_ret smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	return spmc_inproc_smc(game.spmc, regs, cpu);
}

static void start(void)
{
	void *world;

	if (world_setup(&world))
		abort();
	game.world = world;
	game.spmc = spmc_inproc_create(NULL);
	if (!game.spmc)
		abort();
	game.ops = fake_ops;
	game.ops.smc = smc;
	game.world->npi = FAKE_NPI;
	game.world->config.ops = &game.ops;
	game.world->config.tx = spmc_inproc_ram(game.spmc, TX_PA);
	game.world->config.rx = spmc_inproc_ram(game.spmc, RX_PA);
	game.world->config.tx_pa.addr = TX_PA;
	game.world->config.rx_pa.addr = RX_PA;
	memset(game.vms, 0, sizeof(game.vms));
	hold(!vffa_relay_start(&game.world->relay, &game.world->config));
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		hold(!world_start_vm(game.world, i));
		world_negotiate(game.world, i, 2);
	}
}

/* Whatever came of it: a sequence that failed may leave anything. */
static void end(bool good)
{
	void *world = game.world;

	if (good) {
		(void)world_teardown(&world);
	} else {
		fake_host_fini(&game.world->port.host);
		free(game.world);
	}
	spmc_inproc_destroy(game.spmc);
}

static uint64_t random_bits(struct rng *rng)
{
	uint64_t bits = 0;

	for (unsigned int n = (below(rng, 8) + 2) / 3; n; n--)
		bits |= 1ull << (one_in(rng, 8) ? below(rng, 64) : below(rng, 5));
	return bits;
}

static bool has(uint64_t bits, unsigned int i)
{
	return bits >> i & 1;
}

static bool is_pending(const struct vm_model *m, unsigned int i)
{
	bool pending = m->pending[i];

	for (unsigned int v = 0; v < FAKE_NR_VCPUS; v++)
		pending |= m->pending_at[v][i];
	return pending;
}

static vffa_id_t random_sender(struct rng *rng)
{
	static const vffa_id_t senders[] = {
		SP_ID_NOTIFIER, SP_ID_NOTIFIER, SP_ID_YIELDER, SP_ID_YIELDER, SP_ID_ECHO, 0x8123, 1
	};

	return senders[below(rng, sizeof(senders) / sizeof(senders[0]))];
}

/* Is there such a partition, and does the call make sense? */
static enum vffa_ret check_pair(vffa_id_t sender, uint64_t bits)
{
	if (sender != SP_ID_NOTIFIER && sender != SP_ID_YIELDER && sender != SP_ID_ECHO)
		return VFFA_INVALID_PARAMETERS;
	return bits ? VFFA_OK : VFFA_INVALID_PARAMETERS;
}

static void expect(struct vffa_regs regs, enum vffa_ret ret)
{
	hold(regs.x[0] == (ret ? FFA_ERROR : FFA_SUCCESS_32));
	hold((int32_t)regs.x[2] == ret);
}

static struct vffa_regs call(unsigned int n, uint32_t fid, uint64_t x1, uint64_t x2, uint64_t bits)
{
	return CALL_ON(&game.world->vms[n], 0, fid, x1, x2, (uint32_t)bits, bits >> 32);
}

static void bind(unsigned int n, struct rng *rng)
{
	struct vm_model *m = &game.vms[n];
	vffa_id_t sender = random_sender(rng);
	uint64_t bits = random_bits(rng);
	uint32_t flags = below(rng, 5) / 2;
	enum vffa_ret ret = flags > 1 ? VFFA_INVALID_PARAMETERS : check_pair(sender, bits);

	for (unsigned int i = 0; !ret && i < NR_BITS; i++) {
		if (has(bits, i) && ((m->sender[i] && m->sender[i] != sender) || is_pending(m, i)))
			ret = VFFA_DENIED;
	}
	expect(call(n, FFA_NOTIFICATION_BIND, (uint32_t)sender << 16 | (n + 1), flags, bits), ret);
	for (unsigned int i = 0; !ret && i < NR_BITS; i++) {
		if (!has(bits, i))
			continue;
		m->sender[i] = sender;
		m->per_vcpu[i] = flags;
	}
}

static void unbind(unsigned int n, struct rng *rng)
{
	struct vm_model *m = &game.vms[n];
	vffa_id_t sender = random_sender(rng);
	uint64_t bits = random_bits(rng);
	enum vffa_ret ret = check_pair(sender, bits);

	for (unsigned int i = 0; !ret && i < NR_BITS; i++) {
		if (has(bits, i) && (m->sender[i] != sender || is_pending(m, i)))
			ret = VFFA_DENIED;
	}
	expect(call(n, FFA_NOTIFICATION_UNBIND, (uint32_t)sender << 16 | (n + 1), 0, bits), ret);
	for (unsigned int i = 0; !ret && i < NR_BITS; i++) {
		if (has(bits, i))
			m->sender[i] = 0;
	}
}

static enum vffa_ret check_set(const struct vm_model *m, vffa_id_t sender, uint64_t bits,
			       bool per_vcpu, unsigned int vcpu)
{
	enum vffa_ret ret = bits ? VFFA_OK : VFFA_INVALID_PARAMETERS;

	for (unsigned int i = 0; !ret && i < NR_BITS; i++) {
		if (has(bits, i) && m->sender[i] != sender)
			ret = VFFA_DENIED;
	}
	for (unsigned int i = 0; !ret && i < NR_BITS; i++) {
		if (has(bits, i) && m->per_vcpu[i] != per_vcpu)
			ret = VFFA_INVALID_PARAMETERS;
	}
	return !ret && vcpu >= FAKE_NR_VCPUS ? VFFA_INVALID_PARAMETERS : ret;
}

/* Bits that can be set, or any. */
static uint64_t bits_to_set(const struct vm_model *m, struct rng *rng, vffa_id_t sender,
			    bool per_vcpu)
{
	uint64_t bits = 0;

	if (one_in(rng, 4))
		return random_bits(rng);
	for (unsigned int i = 0; i < NR_BITS; i++) {
		if (m->sender[i] == sender && m->per_vcpu[i] == per_vcpu && one_in(rng, 2))
			bits |= 1ull << i;
	}
	return bits;
}

/* The first VM asks a partition for it: the one whose business it is, or one that makes any call, of four words. */
static enum vffa_ret have_set(vffa_id_t sender, unsigned int n, uint32_t flags, uint64_t bits)
{
	struct fake_vm *vm = &game.world->vms[0];
	struct vffa_regs regs;

	if (sender == SP_ID_NOTIFIER)
		regs = CALL_ON(vm, 0, FFA_MSG_SEND_DIRECT_REQ_32, 0x10000 | sender, 0, NOTIFIER_SET,
			       n + 1, flags, (uint32_t)bits, bits >> 32);
	else
		regs = CALL_ON(vm, 0, FFA_MSG_SEND_DIRECT_REQ_32, 0x10000 | sender, 0, SP_CALL,
			       FFA_NOTIFICATION_SET, (uint32_t)sender << 16 | (n + 1), flags, bits);
	hold(regs.x[0] == FFA_MSG_SEND_DIRECT_RESP_32);
	if (sender == SP_ID_NOTIFIER)
		return (enum vffa_ret)regs.x[3];
	hold(!regs.x[3]);
	return regs.x[4] == FFA_ERROR ? (enum vffa_ret)regs.x[6] : VFFA_OK;
}

/* A partition sets bits of VM @n. */
static void set(unsigned int n, struct rng *rng)
{
	struct vm_model *m = &game.vms[n];
	vffa_id_t sender = one_in(rng, 2) ? SP_ID_NOTIFIER : SP_ID_YIELDER;
	bool per_vcpu = one_in(rng, 2);
	uint64_t bits = bits_to_set(m, rng, sender, per_vcpu) &
			(sender == SP_ID_NOTIFIER ? UINT64_MAX : UINT32_MAX);
	unsigned int vcpu = per_vcpu ? below(rng, FAKE_NR_VCPUS + 1) : 0;
	enum vffa_ret ret = check_set(m, sender, bits, per_vcpu, vcpu);

	hold(have_set(sender, n, per_vcpu | vcpu << 16, bits) == ret);
	for (unsigned int i = 0; !ret && i < NR_BITS; i++) {
		bool *pending = per_vcpu ? &m->pending_at[vcpu][i] : &m->pending[i];

		if (!has(bits, i) || *pending)
			continue;
		*pending = true;
		*(per_vcpu ? &m->news_at[vcpu] : &m->news) = true;
	}
}

/* What a vCPU gets of partitions; it is not pending any more. */
static uint64_t take_pending(struct vm_model *m, unsigned int vcpu)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < NR_BITS; i++) {
		if (m->pending[i] || m->pending_at[vcpu][i])
			bits |= 1ull << i;
		m->pending[i] = m->pending_at[vcpu][i] = false;
	}
	m->news = m->news_at[vcpu] = false;
	return bits;
}

static void get(unsigned int n, struct rng *rng)
{
	struct vm_model *m = &game.vms[n];
	unsigned int vcpu = below(rng, FAKE_NR_VCPUS + 1);
	unsigned int receiver = one_in(rng, 10) ? below(rng, 4) : n + 1;
	uint32_t flags = one_in(rng, 2) ? FFA_NOTIF_GET_ALL : below(rng, 18);
	bool valid = vcpu < FAKE_NR_VCPUS && receiver == n + 1 && flags <= FFA_NOTIF_GET_ALL;
	struct vffa_regs regs;
	uint64_t bits;

	regs = call(n, FFA_NOTIFICATION_GET, vcpu << 16 | receiver, flags, 0);
	if (!valid) {
		expect(regs, VFFA_INVALID_PARAMETERS);
		return;
	}
	hold(regs.x[0] == FFA_SUCCESS_32);
	bits = flags & FFA_NOTIF_GET_SPS ? take_pending(m, vcpu) : 0;
	hold((regs.x[2] | regs.x[3] << 32) == bits);
	hold(!regs.x[4] && !regs.x[5] && !regs.x[6] && !regs.x[7]);
}

static void clear_npis(struct fake_vm *vm)
{
	memset(vm->nr_npis, 0, sizeof(vm->nr_npis));
	vm->nr_npis_any = 0;
}

static void expect_npis(unsigned int n, bool any, const bool *at)
{
	struct fake_vm *vm = &game.world->vms[n];

	hold(vm->nr_npis_any == any);
	for (unsigned int v = 0; v < FAKE_NR_VCPUS; v++)
		hold(vm->nr_npis[v] == (at && at[v]));
	clear_npis(vm);
}

/* Everyone who has news hears of them, once, and nobody else hears anything. */
static void serve(void)
{
	hold(!vffa_sri(&game.world->relay));
	for (unsigned int n = 0; n < WORLD_NR_VMS; n++) {
		expect_npis(n, game.vms[n].news, game.vms[n].news_at);
		game.vms[n].news = false;
		memset(game.vms[n].news_at, 0, sizeof(game.vms[n].news_at));
	}
	hold(!vffa_counter_read(&game.world->relay.notifs.strays));
}

static void begin_again(unsigned int n, bool is_new)
{
	struct fake_vm *vm = &game.world->vms[n];

	vffa_vm_stop(&vm->vm);
	fake_work(vm, UINT64_MAX / 2);
	hold(vffa_vm_state(&vm->vm) == VFFA_VM_STOPPED);
	if (is_new)
		vffa_vm_fini(&vm->vm);
	hold(!(is_new ? world_start_vm(game.world, n) : vffa_vm_restart(&vm->vm)));
	hold(vm->vm.id == n + 1);
	world_negotiate(game.world, n, 2);
	memset(&game.vms[n], 0, sizeof(game.vms[n]));
}

static void play_step(const struct step *step)
{
	struct rng rng = { step->seed };
	unsigned int n = below(&rng, WORLD_NR_VMS);

	switch (step->kind) {
	case BIND:
		bind(n, &rng);
		break;
	case UNBIND:
		unbind(n, &rng);
		break;
	case SET:
		set(n, &rng);
		break;
	case GET:
		get(n, &rng);
		break;
	case SERVE:
		serve();
		break;
	case RESET:
	case REPLACE:
		begin_again(n, step->kind == REPLACE);
		break;
	case NR_KINDS:
		break;
	}
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		expect_npis(i, false, NULL);
	hold(!game.world->port.complaint);
}

static void play(const struct sequence *seq, bool show)
{
	start();
	for (unsigned int i = 0; i < seq->nr_steps; i++) {
		if (show)
			printf("# step %u: %s 0x%llx\n", i, names[seq->steps[i].kind],
			       (unsigned long long)seq->steps[i].seed);
		play_step(&seq->steps[i]);
	}
	serve();
}

/* Returns false when something did not hold, and what in game.failure. */
static bool try_sequence(const struct sequence *seq, bool show)
{
	volatile bool good = false;

	if (!setjmp(game.escape)) {
		play(seq, show);
		good = true;
	}
	end(good);
	return good;
}

static struct sequence make_sequence(uint64_t seed)
{
	/* What there is much of: bits that are bound, set and fetched. */
	static const enum kind kinds[] = { BIND,   BIND,  BIND,	 BIND,	BIND,	BIND, UNBIND,
					   UNBIND, SET,	  SET,	 SET,	SET,	SET,  SET,
					   SET,	   SET,	  GET,	 GET,	GET,	GET,  GET,
					   SERVE,  SERVE, SERVE, RESET, REPLACE };
	struct rng rng = { seed };
	struct sequence seq = { .seed = seed, .nr_steps = 10 + below(&rng, MAX_STEPS - 9) };

	for (unsigned int i = 0; i < seq.nr_steps; i++) {
		seq.steps[i].kind = kinds[below(&rng, sizeof(kinds) / sizeof(kinds[0]))];
		seq.steps[i].seed = rng_next(&rng);
	}
	return seq;
}

/* Leave out every step without which it still fails. */
static struct sequence shrink(struct sequence seq)
{
	unsigned int i = 0;

	while (i < seq.nr_steps) {
		struct sequence rest = seq;

		memmove(&rest.steps[i], &rest.steps[i + 1],
			(seq.nr_steps - i - 1) * sizeof(rest.steps[0]));
		rest.nr_steps--;
		if (try_sequence(&rest, false)) {
			i++;
			continue;
		}
		/* What comes before may not be needed either, now. */
		seq = rest;
		i = 0;
	}
	return seq;
}

static void explain(const struct sequence *seq)
{
	struct sequence shortest;

	printf("# seed %llu: %s\n", (unsigned long long)seq->seed, game.failure);
	shortest = shrink(*seq);
	printf("# %u of %u steps are enough:\n", shortest.nr_steps, seq->nr_steps);
	(void)try_sequence(&shortest, true);
	printf("# %s\n", game.failure);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 300;
	uint64_t first = seed_get(argc > 2 ? argv[2] : "1");
	unsigned long nr_failed = 0;

	printf("1..1\n");
	for (unsigned long i = 0; i < count && !nr_failed; i++) {
		const struct sequence seq = make_sequence(first + i);

		if (try_sequence(&seq, false))
			continue;
		nr_failed++;
		explain(&seq);
	}
	printf("%sok 1 - %lu sequences from seed %llu\n", nr_failed ? "not " : "", count,
	       (unsigned long long)first);
	return nr_failed > 0;
}
