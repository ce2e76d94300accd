// SPDX-License-Identifier: GPL-2.0-only
/* Set up, call, and take down what the property tests play with. */
#include "play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ffa.h"

#define TX_PA (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA (SPMC_INPROC_RAM_BASE + 0x20000)

/* Up to the end of the fake host. */
#define RAM_PAGES ((FAKE_OWN_PA(PLAY_NR_VMS) - SPMC_INPROC_RAM_BASE) / FFA_PAGE_SIZE)

/* Where a page's word has the number of claims (core/page.c). */
#define PAGE_COUNT_SHIFT 20
#define PAGE_COUNT_MASK	 0xFFFFFu

/* The port's operations get no more than the fake port; there is one play at a time. */
static struct play *current;

uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9E3779B97F4A7C15ull;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
	z = (z ^ z >> 27) * 0x94D049BB133111EBull;
	return z ^ z >> 31;
}

uint32_t below(struct rng *rng, uint32_t n)
{
	return (uint32_t)(rng_next(rng) >> 32) % n;
}

bool one_in(struct rng *rng, uint32_t n)
{
	return !below(rng, n);
}

void play_fail(struct play *p, const char *cond, const char *file, int line, const char *fmt, ...)
{
	const char *name = strrchr(file, '/');
	va_list args;
	int len;

	len = snprintf(p->failure, sizeof(p->failure),
		       "%s:%d: not so: %s: ", name ? name + 1 : file, line, cond);
	va_start(args, fmt);
	if (len > 0 && (size_t)len < sizeof(p->failure))
		vsnprintf(p->failure + len, sizeof(p->failure) - (size_t)len, fmt, args);
	va_end(args);
	longjmp(p->escape, 1);
}

static bool is_about_memory(uint32_t fid)
{
	fid &= ~SMCCC_64;
	return fid == FFA_MEM_SHARE_32 || fid == FFA_MEM_LEND_32 || fid == FFA_MEM_DONATE_32 ||
	       fid == FFA_MEM_RECLAIM || fid == FFA_MEM_FRAG_TX || fid == FFA_MEM_RETRIEVE_REQ_32 ||
	       fid == FFA_MEM_FRAG_RX || fid == FFA_MEM_RELINQUISH;
}

/* An SPMC that gives up telling what it has is done with it: nothing of that is awaited any more. */
static void drain_reply(struct play *p, struct vffa_regs regs, uint32_t *cpu)
{
	for (;;) {
		struct vffa_regs next = regs;
		struct vffa_regs release = { { FFA_RX_RELEASE } };

		(void)spmc_inproc_smc(p->spmc, &next, cpu);
		if (next.x[0] != FFA_MEM_FRAG_TX)
			return;
		(void)spmc_inproc_smc(p->spmc, &release, cpu);
		regs.x[3] += next.x[3];
	}
}

static enum vffa_ret smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	struct play *p = current;
	uint32_t fid = (uint32_t)regs->x[0];

	if (!p->fail_smc || !is_about_memory(fid) || --p->fail_smc)
		return spmc_inproc_smc(p->spmc, regs, cpu);
	if (fid == FFA_MEM_FRAG_TX) {
		/* Whatever is wrong with a fragment ends the transaction. */
		regs->x[3] += 8;
		return spmc_inproc_smc(p->spmc, regs, cpu);
	}
	if (fid == FFA_MEM_FRAG_RX)
		drain_reply(p, *regs, cpu);
	/* That would mean that there is nothing to relinquish. */
	if (fid == FFA_MEM_RELINQUISH && p->fail_ret == VFFA_DENIED)
		p->fail_ret = VFFA_BUSY;
	*regs = (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)p->fail_ret } };
	return VFFA_OK;
}

static void *va_of(uint64_t pa)
{
	return spmc_inproc_ram(current->spmc, pa);
}

static void *alloc(struct vffa_vm *vm, uint32_t size)
{
	struct play *p = current;
	void *mem = fake_ops.alloc(vm, size);

	for (unsigned int i = 0; mem && i < PLAY_MAX_ALLOCS; i++) {
		if (p->allocs[i])
			continue;
		p->allocs[i] = mem;
		p->payers[i] = vm;
		return mem;
	}
	if (mem)
		fake_complain(&p->port, "alloc() without end");
	return mem;
}

static void free_mem(struct vffa_vm *vm, void *mem)
{
	for (unsigned int i = 0; mem && i < PLAY_MAX_ALLOCS; i++) {
		if (current->allocs[i] == mem)
			current->allocs[i] = NULL;
	}
	fake_ops.free(vm, mem);
}

static void start_home(struct play *p)
{
	pthread_mutex_init(&p->port.mutex, NULL);
	fake_lock_init(&p->id_lock, FAKE_LOCK_ID);
	fake_lock_init(&p->page_lock, FAKE_LOCK_PAGE);
	fake_lock_init(&p->tx_lock, FAKE_LOCK_TX);
	fake_lock_init(&p->rx_lock, FAKE_LOCK_RX);
	p->ops = fake_ops;
	p->ops.smc = smc;
	p->ops.alloc = alloc;
	p->ops.free = free_mem;
	p->port.va_of = va_of;
}

static void start_vm(struct play *p, unsigned int n)
{
	struct fake_vm *vm = &p->vms[n];
	const struct vffa_vm_config config = {
		.lock = &vm->lock,
		.nr_vcpus = PLAY_NR_VCPUS,
		.vcpus = vm->vcpus,
		.mem = {
			.nr_handles = PLAY_MAX_HANDLES,
			.nr_fragmented = PLAY_MAX_FRAGMENTED,
			.nr_pieces = PLAY_MAX_PIECES,
			.frag_ns = PLAY_FRAG_NS,
			.may_donate = true,
		},
	};

	vm->port = &p->port;
	vm->nr = n;
	fake_lock_init(&vm->lock, FAKE_LOCK_VM);
	must(p, !vffa_vm_init(&vm->vm, &p->relay, &config), "VM %u", n);
	p->alive[n] = true;
}

struct play *play_new(void)
{
	size_t size = (sizeof(struct play) + FFA_PAGE_SIZE - 1) / FFA_PAGE_SIZE * FFA_PAGE_SIZE;
	struct play *p = aligned_alloc(FFA_PAGE_SIZE, size);

	if (!p)
		abort();
	memset(p, 0, sizeof(*p));
	p->armed = FAKE_NR_OPS;
	return p;
}

void play_start(struct play *p, const struct play_options *opt)
{
	const struct spmc_inproc_options spmc_opt = {
		.version_minor = opt->spmc_minor + 1,
		.nr_cpus = 1,
		.ram_pages = RAM_PAGES,
	};
	struct vffa_relay_config config;

	current = p;
	p->spmc_minor = opt->spmc_minor;
	start_home(p);
	fake_host_init(&p->port.host, FAKE_HOST_PAGES, opt->run);
	p->spmc = spmc_inproc_create(&spmc_opt);
	must(p, p->spmc, "no SPMC");
	config = (struct vffa_relay_config){
		.ops = &p->ops,
		.port = &p->port,
		.id_lock = &p->id_lock,
		.page_lock = &p->page_lock,
		.tx_lock = &p->tx_lock,
		.rx_lock = &p->rx_lock,
		.tx = spmc_inproc_ram(p->spmc, TX_PA),
		.rx = spmc_inproc_ram(p->spmc, RX_PA),
		.tx_pa = { TX_PA },
		.rx_pa = { RX_PA },
		.nr_pages = opt->tx_pages,
	};
	must(p, !vffa_relay_start(&p->relay, &config), "the relay does not start");
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++)
		start_vm(p, n);
}

/* What VMs in quarantine have cannot be taken from them; the process is to be clean all the same. */
void play_end(struct play *p)
{
	for (unsigned int i = 0; i < PLAY_MAX_ALLOCS; i++) {
		if (p->allocs[i])
			fake_ops.free(p->payers[i], p->allocs[i]);
	}
	spmc_inproc_destroy(p->spmc);
	fake_host_fini(&p->port.host);
	free(p);
	current = NULL;
}

bool play_is_ready(const struct play *p, unsigned int vm)
{
	return p->alive[vm] && vffa_vm_state(&p->vms[vm].vm) == VFFA_VM_READY;
}

static bool is_answered(struct play *p, unsigned int vm, unsigned int vcpu,
			const struct vffa_regs *before, enum vffa_action action)
{
	struct vffa_regs *parked = &p->parked[vm][vcpu];

	vffa_vm_leave(&p->vms[vm].vm);
	memset(parked, 0, sizeof(*parked));
	if (action == VFFA_RESUME_GUEST)
		return true;
	*parked = *before;
	return false;
}

bool play_call(struct play *p, unsigned int vm, unsigned int vcpu, struct vffa_regs *regs)
{
	struct fake_vm *fake = &p->vms[vm];
	const struct vffa_regs before = *regs;

	must(p, vffa_vm_enter(&fake->vm), "VM %u is READY", vm);
	return is_answered(p, vm, vcpu, &before, vffa_call(&fake->vcpus[vcpu], regs, false));
}

bool play_resume(struct play *p, unsigned int vm, unsigned int vcpu, enum vffa_ret result,
		 struct vffa_regs *regs)
{
	struct fake_vm *fake = &p->vms[vm];
	const struct vffa_regs before = p->parked[vm][vcpu];

	must(p, vffa_vm_enter(&fake->vm), "VM %u is READY", vm);
	*regs = before;
	return is_answered(p, vm, vcpu, &before, vffa_resume(&fake->vcpus[vcpu], result, regs));
}

void play_boot(struct play *p, unsigned int vm, unsigned int minor, uint64_t tx)
{
	struct vffa_regs version = { { FFA_VERSION, FFA_VERSION_MAKE(1, minor) } };
	struct vffa_regs map = { { FFA_RXTX_MAP_64, tx, tx + PLAY_BUFFER_PAGES * FFA_PAGE_SIZE,
				   PLAY_BUFFER_PAGES } };

	memset(p->parked[vm], 0, sizeof(p->parked[vm]));
	must(p, play_call(p, vm, 0, &version), "FFA_VERSION is parked");
	p->minor[vm] = minor;
	must(p, play_call(p, vm, 0, &map), "FFA_RXTX_MAP is parked");
	must(p, map.x[0] == FFA_SUCCESS_32, "FFA_RXTX_MAP: %d", (int)map.x[2]);
	p->tx[vm] = tx;
}

int play_tell(struct play *p, unsigned int sp, uint32_t cmd, uint64_t handle, uint64_t a2,
	      uint64_t a3)
{
	struct vffa_regs regs = { { FID64(FN_DIRECT_REQ), sp, 0, cmd, (uint32_t)handle,
				    handle >> 32, a2, a3 } };

	spmc_inproc_call(p->spmc, 0, &regs);
	must(p, regs.x[0] == FID64(FN_DIRECT_RESP), "0x%llx", (unsigned long long)regs.x[0]);
	p->told = (uint32_t)regs.x[4] | regs.x[5] << 32;
	return (int)(uint32_t)regs.x[3];
}

void play_pass_time(struct play *p, uint64_t ns)
{
	uint64_t until_ns = p->port.now_ns + ns;

	for (unsigned int n = 0; n < PLAY_NR_VMS; n++) {
		if (p->alive[n] && p->port.now_ns <= until_ns)
			(void)fake_work(&p->vms[n], until_ns - p->port.now_ns);
	}
	if (p->port.now_ns < until_ns)
		p->port.now_ns = until_ns;
}

void play_fail_nth(struct play *p, enum fake_op op, unsigned int nth, enum vffa_ret ret)
{
	(void)play_failed(p);
	p->armed = op;
	p->fail_ret = ret;
	if (op == FAKE_OP_SMC)
		p->fail_smc = nth;
	else
		fake_fail(&p->port, op, nth, ret);
}

bool play_failed(struct play *p)
{
	bool failed;

	if (p->armed == FAKE_NR_OPS)
		return false;
	failed = p->armed == FAKE_OP_SMC ? !p->fail_smc : fake_failed(&p->port, p->armed);
	p->fail_smc = 0;
	p->armed = FAKE_NR_OPS;
	return failed;
}

uint32_t play_claims_of(uint64_t word)
{
	return (uint32_t)(word >> PAGE_COUNT_SHIFT) & PAGE_COUNT_MASK;
}

static uint64_t hash_word(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x100000001B3ull;
	return h ^ h >> 29;
}

uint64_t play_hash(const struct play *p)
{
	const struct fake_host *host = &p->port.host;
	uint64_t h = hash_word(host->nr_pins, host->nr_leaves);

	for (uint32_t i = 0; i < host->nr_pages / VFFA_LEAF_PAGES; i++) {
		const struct vffa_leaf *leaf = host->leaves[i];

		for (uint32_t n = 0; leaf && n < VFFA_LEAF_PAGES; n++)
			h = hash_word(h ^ i, leaf->word[n]);
	}
	for (unsigned int n = 0; n < PLAY_NR_VMS; n++) {
		h = hash_word(h, p->vms[n].nr_mem_pinned);
		h = hash_word(h, p->vms[n].nr_charged);
		h = hash_word(h, p->vms[n].nr_charged_mems[VFFA_MEM_HANDLE]);
		h = hash_word(h, p->vms[n].nr_charged_mems[VFFA_MEM_FRAGMENTED]);
		h = hash_word(h, p->vms[n].nr_allocs);
		h = hash_word(h, p->vms[n].nr_pinned);
		for (uint32_t i = 0; i < FAKE_WINDOW_PAGES; i++)
			h = hash_word(h, p->vms[n].window[i] | p->vms[n].window_taken[i]);
	}
	return h;
}
