// SPDX-License-Identifier: GPL-2.0-only
/* The fixture: set-up, teardown and expectations. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static void init_vm_memory(struct world *w, unsigned int n)
{
	struct fake_vm *vm = &w->vms[n];

	vm->port = &w->port;
	w->port.vms[n] = vm;
	vm->nr = n;
	fake_lock_init(&vm->lock, FAKE_LOCK_VM);
	memset(vm->ram, 0xA5, sizeof(vm->ram));
}

int world_setup(void **state)
{
	struct world *w = aligned_alloc(FFA_PAGE_SIZE, sizeof(*w));

	if (!w)
		return -1;
	memset(w, 0, sizeof(*w));

	pthread_mutex_init(&w->port.mutex, NULL);
	fake_lock_init(&w->id_lock, FAKE_LOCK_ID);
	fake_lock_init(&w->page_lock, FAKE_LOCK_PAGE);
	fake_lock_init(&w->tx_lock, FAKE_LOCK_TX);
	fake_lock_init(&w->rx_lock, FAKE_LOCK_RX);
	fake_host_init(&w->port.host, FAKE_HOST_PAGES, 1);
	fake_spmc_init(&w->port.spmc);
	w->mem_limits = (struct vffa_mem_limits)FAKE_MEM_LIMITS;
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		init_vm_memory(w, i);
	w->config = (struct vffa_relay_config){
		.ops = &fake_ops,
		.port = &w->port,
		.id_lock = &w->id_lock,
		.page_lock = &w->page_lock,
		.tx_lock = &w->tx_lock,
		.rx_lock = &w->rx_lock,
		.tx = w->tx,
		.rx = w->rx,
		.tx_pa = { (uintptr_t)w->tx },
		.rx_pa = { (uintptr_t)w->rx },
		.nr_pages = 1,
	};
	*state = w;
	return 0;
}

int world_setup_relay(void **state)
{
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
	return vffa_relay_start(&w->relay, &w->config);
}

enum vffa_ret world_start_vm(struct world *w, unsigned int n)
{
	return world_start_vm_seeing(w, n, NULL, NULL);
}

enum vffa_ret world_start_vm_seeing(struct world *w, unsigned int n,
				    const struct vffa_part_rules *wanted,
				    const struct vffa_part_rules *limit)
{
	struct fake_vm *vm = &w->vms[n];
	const struct vffa_vm_config config = {
		.lock = &vm->lock,
		.nr_vcpus = FAKE_NR_VCPUS,
		.vcpus = vm->vcpus,
		.wanted = wanted,
		.limit = limit,
		.mem = w->mem_limits,
		.npi = w->npi,
	};

	memset(vm->vcpus, 0, sizeof(vm->vcpus));
	return vffa_vm_init(&vm->vm, &w->relay, &config);
}

static int start_vms(struct world *w)
{
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		if (world_start_vm(w, i))
			return -1;
	}
	return 0;
}

int world_setup_vm(void **state)
{
	return world_setup_relay(state) ? -1 : start_vms(*state);
}

void world_negotiate(struct world *w, unsigned int n, uint32_t minor)
{
	struct vffa_regs regs = CALL(&w->vms[n], FFA_VERSION, FFA_VERSION_MAKE(1, minor));

	assert_int_equal(regs.x[0], FFA_VERSION_1_2);
	regs = CALL(&w->vms[n], FFA_ID_GET);
	assert_int_equal(regs.x[0], FFA_SUCCESS_32);
}

static void negotiate_all(struct world *w, uint32_t minor)
{
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		world_negotiate(w, i, minor);
}

int world_start(struct world *w)
{
	if (vffa_relay_start(&w->relay, &w->config) || start_vms(w))
		return -1;
	negotiate_all(w, 2);
	return 0;
}

static int setup_negotiated(void **state, uint32_t minor)
{
	if (world_setup_vm(state))
		return -1;
	negotiate_all(*state, minor);
	return 0;
}

int world_setup_1_0(void **state)
{
	return setup_negotiated(state, 0);
}

int world_setup_1_1(void **state)
{
	return setup_negotiated(state, 1);
}

int world_setup_1_2(void **state)
{
	return setup_negotiated(state, 2);
}

void world_stop_vm(struct world *w, unsigned int n)
{
	struct fake_vm *vm = &w->vms[n];

	vffa_vm_stop(&vm->vm);
	fake_work(vm, UINT64_MAX / 2);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
	assert_int_equal(vm->nr_pinned, 0);
	assert_int_equal(vm->nr_mem_pinned, 0);
	assert_int_equal(vm->nr_charged, 0);
	for (unsigned int i = 0; i < VFFA_NR_MEM_KINDS; i++)
		assert_int_equal(vm->nr_charged_mems[i], 0);
	assert_int_equal(vm->nr_own, 0);
	assert_int_equal(vm->nr_allocs, 0);
	for (unsigned int i = 0; i < FAKE_WINDOW_PAGES; i++)
		assert_false(vm->window_taken[i]);
	assert_int_equal(vm->nr_gets, 0);
	for (unsigned int i = 0; i < w->port.spmc.nr_parts; i++)
		assert_false(w->port.spmc.parts[i].known >> (vm->vm.id & 63) & 1);
}

int world_teardown(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		if (!w->vms[i].vm.relay)
			continue;
		world_stop_vm(w, i);
		vffa_vm_fini(&w->vms[i].vm);
	}
	if (w->relay.cfg.ops)
		assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	assert_int_equal(w->port.host.nr_pins, w->port.host.nr_given);
	assert_int_equal(!w->port.host.nr_leaves, !w->port.host.nr_given);
	assert_false(w->port.spmc.mapped);
	assert_int_equal(fake_spmc_nr_open(&w->port.spmc), 0);
	for (unsigned int i = 0; i < FAKE_MAX_PAIRS; i++)
		assert_int_equal(w->port.spmc.pairs[i].vm, 0);
	assert_int_equal(fake_spmc_nr_regions(&w->port.spmc), 0);
	assert_int_equal(fake_spmc_nr_bitmaps(&w->port.spmc), 0);
	if (w->port.complaint)
		fail_msg("the relay misused its home: %s", w->port.complaint);
	if (w->port.spmc.complaint)
		fail_msg("the relay misused the SPMC: %s", w->port.spmc.complaint);
	fake_host_fini(&w->port.host);
	free(w);
	return 0;
}

/* Eight bytes at a time: guest memory is hashed around every call that must change nothing. */
static uint64_t hash(uint64_t h, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		h = (h ^ word) * 0x100000001B3ull;
		h ^= h >> 29;
	}
	for (; len; len--, bytes++)
		h = (h ^ *bytes) * 0x100000001B3ull;
	return h;
}

/* Not the registers of the last call, which are scratch, nor what only counts. */
static uint64_t hash_vcpu(uint64_t h, struct vffa_vcpu vcpu)
{
	memset(&vcpu.regs, 0, sizeof(vcpu.regs));
	memset(&vcpu.counters, 0, sizeof(vcpu.counters));
	return hash(h, &vcpu, sizeof(vcpu));
}

static uint64_t hash_host(uint64_t h, const struct fake_host *host)
{
	h = hash(h, host->pins, host->nr_pages * sizeof(host->pins[0]));
	for (uint32_t i = 0; i < host->nr_pages / VFFA_LEAF_PAGES; i++) {
		if (host->leaves[i])
			h = hash(h ^ i, host->leaves[i], sizeof(*host->leaves[i]));
	}
	return h;
}

uint64_t world_hash(const struct world *w)
{
	uint64_t h = 0xCBF29CE484222325ull;
	struct vffa_relay relay;

	/* What it looked for last changes nothing. */
	memcpy(&relay, &w->relay, sizeof(relay));
	memset(relay.seats, 0, sizeof(relay.seats));
	h = hash(h, &relay, sizeof(relay));
	/* Not the scripts and the complaint: they are the test's own. */
	h = hash_host(h, &w->port.host);
	h = hash(h, &w->port.spmc, offsetof(struct fake_spmc, nr_scripts));
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		const struct fake_vm *vm = &w->vms[i];

		h = hash(h, &vm->vm, sizeof(vm->vm));
		for (unsigned int n = 0; n < sizeof(vm->vcpus) / sizeof(vm->vcpus[0]); n++)
			h = hash_vcpu(h, vm->vcpus[n]);
		h = hash(h, &vm->nr_pinned, sizeof(vm->nr_pinned));
		h = hash(h, &vm->nr_mem_pinned, sizeof(vm->nr_mem_pinned));
		h = hash(h, &vm->nr_charged, sizeof(vm->nr_charged));
		h = hash(h, vm->nr_charged_mems, sizeof(vm->nr_charged_mems));
		h = hash(h, &vm->nr_own, sizeof(vm->nr_own));
		h = hash(h, &vm->nr_allocs, sizeof(vm->nr_allocs));
		h = hash(h, vm->window_taken, sizeof(vm->window_taken));
		h = hash(h, vm->window, sizeof(vm->window));
		h = hash(h, vm->ram, sizeof(vm->ram));
	}
	return h;
}

struct vffa_regs guest_call(struct fake_vm *vm, unsigned int vcpu, struct vffa_regs regs)
{
	assert_true(vffa_vm_enter(&vm->vm));
	assert_int_equal(vffa_call(&vm->vcpus[vcpu], &regs, false), VFFA_RESUME_GUEST);
	vffa_vm_leave(&vm->vm);
	return regs;
}

void expect_regs_at(struct vffa_regs regs, struct vffa_regs want, const char *file, int line)
{
	for (unsigned int i = 0; i < VFFA_NR_REGS; i++) {
		if (regs.x[i] == want.x[i])
			continue;
		print_error("x%u is 0x%llx, not 0x%llx\n", i, (unsigned long long)regs.x[i],
			    (unsigned long long)want.x[i]);
		_fail(file, line);
	}
}

void expect_error_at(struct vffa_regs regs, enum vffa_ret ret, const char *file, int line)
{
	const struct vffa_regs want = { { FFA_ERROR, 0, (uint32_t)ret } };

	if (regs.x[0] != FFA_ERROR || regs.x[2] != (uint32_t)ret)
		print_error("w0 is 0x%llx, w2 %s, not FFA_ERROR %s\n",
			    (unsigned long long)regs.x[0], vffa_ret_str((enum vffa_ret)regs.x[2]),
			    vffa_ret_str(ret));
	expect_regs_at(regs, want, file, line);
}
