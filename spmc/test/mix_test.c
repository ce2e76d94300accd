// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two VMs with two vCPUs each, the relay, the SPMC and the home's worker, all at once: indirect messages,
 * notifications, memory, lists of partitions, direct messages; and one of the VMs dies again and again. What
 * its guest sends, sets and shares the other VM counts. For ThreadSanitizer, too.
 */
#include "world.h"

#include <stdatomic.h>
#include <unistd.h>

#include "bytes.h"
#include "inproc_port.h"
#include "sp/proto.h"

#define NR_VCPUS 2u
#define NR_CPUS	 (WORLD_NR_VMS * NR_VCPUS + 1)
#define HOME_CPU (NR_CPUS - 1)

#define SPMC_TX (SPMC_INPROC_RAM_BASE + 0x10000)
#define SPMC_RX (SPMC_INPROC_RAM_BASE + 0x20000)

#define TX     FAKE_RAM_IPA
#define RX     (FAKE_RAM_IPA + 0x1000)
#define SHARED (FAKE_RAM_IPA + 0x2000) /* a page for each vCPU */

/* What the vCPUs of the VM that lives do before they end. */
#define NR_MAILS 150u
#define NR_BITS	 40u
#define NR_LIVES 4u

/* Nothing has moved so often, with a nap between: nothing will. */
#define NAP_US	 100
#define MAX_IDLE 300000u

#define HEADER_SIZE FFA_MSG_HEADER_SIZE_1_2
#define MAIL_HEAD   12u /* who sent it, its number, in which life of the VM */

/**
 * struct guest - what the vCPUs of a VM share
 * @lock:     guards TX and what follows
 * @life:     how often the VM was started
 * @nr_mails: of each vCPU that have come back
 * @nr_set, @nr_fetched: notifications, each vCPU has a bit
 * @is_dying: answers may be anything
 * @wrong:    what the first of them that was wrong was
 */
struct guest {
	struct fake_vm *vm;
	pthread_mutex_t lock;
	uint32_t life;
	uint32_t nr_mails[NR_VCPUS];
	uint32_t nr_set[NR_VCPUS];
	uint32_t nr_fetched[NR_VCPUS];
	atomic_bool is_dying;
	_Atomic(const char *) wrong;
};

struct vcpu {
	struct guest *g;
	unsigned int index;
	unsigned int cpu;
	uint32_t seed;
	uint32_t nr_sent;
	pthread_t thread;
};

static struct spmc_inproc *spmc;
static struct vffa_port_ops ops;
static struct guest guests[WORLD_NR_VMS];
static struct vcpu vcpus[WORLD_NR_VMS][NR_VCPUS];

/* Who works for VMs does not while one of them begins anew. */
static pthread_mutex_t work_mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool home_ends;
static atomic_uint nr_moves;

static _Thread_local uint32_t this_cpu;

static enum vffa_ret smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	if (*cpu == VFFA_CPU_ANY)
		*cpu = this_cpu;
	return spmc_inproc_smc(spmc, regs, cpu);
}

static void *va_of(uint64_t pa)
{
	return spmc_inproc_ram(spmc, pa);
}

static void nap(void *port, uint64_t ns)
{
	fake_ops.sleep(port, ns);
	usleep(NAP_US);
}

static enum vffa_ret map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
			       struct vffa_mapping *map)
{
	enum vffa_ret ret = fake_ops.map_guest(vm, ipa, nr_pages, map);

	if (!ret)
		map->va = va_of(map->pa[0].addr);
	return ret;
}

static uint8_t *ram(const struct guest *g, uint64_t ipa)
{
	return va_of(fake_pa(g->vm, ipa));
}

static int setup(void **state)
{
	const struct spmc_inproc_options opt = { .nr_cpus = NR_CPUS };
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
	spmc = spmc_inproc_create(&opt);
	if (!spmc)
		return -1;
	ops = fake_ops;
	ops.smc = smc;
	ops.sleep = nap;
	ops.map_guest = map_guest;
	fake_host_init(&w->port.host, FAKE_HOST_PAGES, FAKE_HOST_PAGES);
	w->port.va_of = va_of;
	w->npi = FAKE_NPI;
	w->config.ops = &ops;
	w->config.tx = va_of(SPMC_TX);
	w->config.rx = va_of(SPMC_RX);
	w->config.tx_pa.addr = SPMC_TX;
	w->config.rx_pa.addr = SPMC_RX;
	if (vffa_relay_start(&w->relay, &w->config))
		return -1;
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		if (world_start_vm(w, i))
			return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	int err = world_teardown(state);

	assert_int_equal(spmc_inproc_nr_mapped(spmc), 0);
	spmc_inproc_destroy(spmc);
	return err;
}

/* One thread of many cannot fail a test; the first complaint is kept, for who can. */
static void expect(struct guest *g, bool ok, const char *what)
{
	const char *none = NULL;

	if (!ok && !atomic_load(&g->is_dying))
		atomic_compare_exchange_strong(&g->wrong, &none, what);
}

#define EXPECT(g, what) expect(g, what, #what)

static bool call(struct vcpu *v, struct vffa_regs *regs)
{
	struct fake_vm *vm = v->g->vm;

	if (!vffa_vm_enter(&vm->vm))
		return false;
	EXPECT(v->g, vffa_call(&vm->vcpus[v->index], regs, false) == VFFA_RESUME_GUEST);
	vffa_vm_leave(&vm->vm);
	return true;
}

#define CALL_BY(v, ...)                                                                            \
	({                                                                                         \
		struct vffa_regs regs_ = { { __VA_ARGS__ } };                                      \
		if (!call(v, &regs_))                                                              \
			regs_ = (struct vffa_regs){ 0 };                                           \
		regs_;                                                                             \
	})

static bool is_success(struct vffa_regs regs)
{
	return regs.x[0] == FFA_SUCCESS_32;
}

static bool is_error(struct vffa_regs regs, enum vffa_ret ret)
{
	return regs.x[0] == FFA_ERROR && regs.x[2] == (uint32_t)ret;
}

static uint32_t next_random(struct vcpu *v)
{
	v->seed = v->seed * 1664525u + 1013904223u;
	return v->seed >> 16;
}

static uint32_t size_of(uint32_t nr)
{
	return MAIL_HEAD + nr * 97 % 3000;
}

static uint8_t byte_of(uint32_t who, uint32_t nr, uint32_t life, uint32_t i)
{
	return (uint8_t)(who * 101 + nr * 7 + life * 31 + i);
}

static void write_mail(struct vcpu *v)
{
	struct guest *g = v->g;
	uint8_t *tx = ram(g, TX);
	uint8_t *mail = tx + HEADER_SIZE;
	uint32_t size = size_of(v->nr_sent);

	memset(tx, 0, HEADER_SIZE);
	put32(tx + 8, HEADER_SIZE);
	put16(tx + 12, SP_ID_MAILER);
	put16(tx + 14, g->vm->vm.id);
	put32(tx + 16, size);
	put32(mail, v->index);
	put32(mail + 4, v->nr_sent);
	put32(mail + 8, g->life);
	for (uint32_t i = MAIL_HEAD; i < size; i++)
		mail[i] = byte_of(v->index, v->nr_sent, g->life, i);
}

static void send_mail(struct vcpu *v)
{
	struct guest *g = v->g;
	struct vffa_regs regs;

	pthread_mutex_lock(&g->lock);
	write_mail(v);
	regs = CALL_BY(v, FFA_MSG_SEND2);
	pthread_mutex_unlock(&g->lock);
	EXPECT(g, is_success(regs) || is_error(regs, VFFA_BUSY));
	v->nr_sent += is_success(regs);
}

/* RX is ours until it is released: whole, ours, the next of its sender, and of this life. */
static void take_mail(struct vcpu *v)
{
	struct guest *g = v->g;
	const uint8_t *rx = ram(g, RX);
	const uint8_t *mail = rx + get32(rx + 8);
	uint32_t who = get32(mail);
	uint32_t nr = get32(mail + 4);
	bool is_whole = true;

	EXPECT(g, get16(rx + 12) == g->vm->vm.id);
	EXPECT(g, get16(rx + 14) == SP_ID_MAILER);
	EXPECT(g, get32(mail + 8) == g->life);
	EXPECT(g, get32(rx + 16) == size_of(nr));
	for (uint32_t i = MAIL_HEAD; i < size_of(nr); i++)
		is_whole &= mail[i] == byte_of(who, nr, g->life, i);
	EXPECT(g, is_whole);

	EXPECT(g, who < NR_VCPUS);
	pthread_mutex_lock(&g->lock);
	if (who < NR_VCPUS)
		EXPECT(g, g->nr_mails[who]++ == nr);
	pthread_mutex_unlock(&g->lock);
	EXPECT(g, is_success(CALL_BY(v, FFA_RX_RELEASE)));
	atomic_fetch_add(&nr_moves, 1);
}

static void take_bits(struct guest *g, uint64_t bits)
{
	pthread_mutex_lock(&g->lock);
	EXPECT(g, !(bits >> NR_VCPUS));
	for (unsigned int i = 0; i < NR_VCPUS; i++)
		g->nr_fetched[i] += bits >> i & 1;
	pthread_mutex_unlock(&g->lock);
	if (bits)
		atomic_fetch_add(&nr_moves, 1);
}

/* Whoever comes first has what there is, and nobody else. */
static void fetch(struct vcpu *v)
{
	struct guest *g = v->g;
	struct vffa_regs regs = CALL_BY(v, FFA_NOTIFICATION_GET, v->index << 16 | g->vm->vm.id,
					FFA_NOTIF_GET_SPS | FFA_NOTIF_GET_SPM);

	EXPECT(g, is_success(regs));
	take_bits(g, regs.x[2]);
	if (is_success(regs) && regs.x[6] & FFA_NOTIF_RX_FULL)
		take_mail(v);
}

static struct vffa_regs ask(struct vcpu *v, uint16_t sp, uint64_t a, uint64_t b, uint64_t c,
			    uint64_t d)
{
	return CALL_BY(v, FFA_MSG_SEND_DIRECT_REQ_32, (uint32_t)v->g->vm->vm.id << 16 | sp, 0, a, b,
		       c, d);
}

/* It is set again when it was fetched. The notifier has one context, which may be busy. */
static void set_bit(struct vcpu *v)
{
	struct guest *g = v->g;
	struct vffa_regs regs;
	bool may_set;

	pthread_mutex_lock(&g->lock);
	may_set = g->nr_set[v->index] == g->nr_fetched[v->index];
	g->nr_set[v->index] += may_set;
	pthread_mutex_unlock(&g->lock);
	if (!may_set)
		return;
	do {
		regs = ask(v, SP_ID_NOTIFIER, NOTIFIER_SET, g->vm->vm.id, 0, 1u << v->index);
	} while (is_error(regs, VFFA_BUSY));
	EXPECT(g, regs.x[0] == FFA_MSG_SEND_DIRECT_RESP_32);
	EXPECT(g, regs.x[3] == 0);
}

/* A page of the vCPU's own, for a partition that does not take it; and back. */
static void share(struct vcpu *v)
{
	struct guest *g = v->g;
	uint8_t *tx = ram(g, TX);
	struct vffa_regs regs;

	pthread_mutex_lock(&g->lock);
	memset(tx, 0, 112);
	put16(tx, g->vm->vm.id);
	put16(tx + 2, FFA_MEM_ATTRS_NORMAL);
	put32(tx + 24, 32);
	put32(tx + 28, 1);
	put32(tx + 32, 48);
	put16(tx + 48, SP_ID_BORROWER);
	tx[50] = FFA_MEM_DATA_RW;
	put32(tx + 52, 80);
	put32(tx + 80, 1);
	put32(tx + 84, 1);
	put64(tx + 96, SHARED + v->index * FFA_PAGE_SIZE);
	put32(tx + 104, 1);
	regs = CALL_BY(v, FFA_MEM_SHARE_32, 112, 112);
	pthread_mutex_unlock(&g->lock);
	EXPECT(g, is_success(regs));
	if (is_success(regs))
		EXPECT(g, is_success(CALL_BY(v, FFA_MEM_RECLAIM, regs.x[2], regs.x[3])));
}

/* The relay writes RX as well, where no message is. */
static void list(struct vcpu *v)
{
	struct vffa_regs regs = CALL_BY(v, FFA_PARTITION_INFO_GET);

	EXPECT(v->g, is_success(regs) || is_error(regs, VFFA_BUSY));
	if (is_success(regs))
		EXPECT(v->g, is_success(CALL_BY(v, FFA_RX_RELEASE)));
}

static void talk(struct vcpu *v)
{
	uint32_t word = next_random(v);
	struct vffa_regs regs = ask(v, SP_ID_ECHO, word, 0, 0, 0);

	EXPECT(v->g, regs.x[0] == FFA_MSG_SEND_DIRECT_RESP_32);
	EXPECT(v->g, regs.x[3] == word);
}

/* Of the VM that lives; the other one goes on until it is stopped. */
static bool is_done(struct guest *g)
{
	bool done = g == &guests[0];

	pthread_mutex_lock(&g->lock);
	for (unsigned int i = 0; i < NR_VCPUS; i++)
		done &= g->nr_mails[i] >= NR_MAILS && g->nr_fetched[i] >= NR_BITS &&
			g->nr_set[i] == g->nr_fetched[i];
	pthread_mutex_unlock(&g->lock);
	return done;
}

static void step(struct vcpu *v)
{
	bool is_first = v->g == &guests[0];

	fetch(v);
	if (!is_first || v->nr_sent < NR_MAILS)
		send_mail(v);
	if (!is_first || v->g->nr_set[v->index] < NR_BITS)
		set_bit(v);
	switch (next_random(v) % 4) {
	case 0:
		share(v);
		break;
	case 1:
		list(v);
		break;
	case 2:
		talk(v);
		break;
	default:
		break;
	}
}

static void *run_vcpu(void *arg)
{
	struct vcpu *v = arg;
	unsigned int seen = 0;
	unsigned int idle = 0;

	this_cpu = v->cpu;
	while (!is_done(v->g) && !atomic_load(&v->g->wrong) && !atomic_load(&v->g->is_dying)) {
		step(v);
		idle = seen == atomic_load(&nr_moves) ? idle + 1 : 0;
		seen = atomic_load(&nr_moves);
		expect(v->g, idle < MAX_IDLE, "nothing moves: something is lost");
		if (idle)
			usleep(NAP_US);
	}
	return NULL;
}

static void let_time_pass(struct fake_port *port)
{
	pthread_mutex_lock(&port->mutex);
	port->now_ns += 1000000;
	pthread_mutex_unlock(&port->mutex);
}

/* The interrupt and workers of the home, and the timers of its CPU. */
static void *run_home(void *arg)
{
	struct world *w = arg;

	this_cpu = HOME_CPU;
	while (!atomic_load(&home_ends)) {
		while (vffa_sri(&w->relay))
			;
		(void)!vffa_turns(&w->relay);
		(void)spmc_inproc_timer(spmc, HOME_CPU);
		pthread_mutex_lock(&work_mutex);
		for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
			fake_work(&w->vms[i], 0);
		pthread_mutex_unlock(&work_mutex);
		let_time_pass(&w->port);
		usleep(NAP_US);
	}
	return NULL;
}

/* What a guest does first, and then its vCPUs run. */
static void begin(struct world *w, unsigned int n)
{
	struct guest *g = &guests[n];
	uint32_t from = (uint32_t)SP_ID_NOTIFIER << 16;

	world_negotiate(w, n, 2);
	expect_regs(CALL(g->vm, FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	expect_regs(CALL(g->vm, FFA_NOTIFICATION_BIND, from | g->vm->vm.id, 0, 3), FFA_SUCCESS_32);
	memset(g->nr_mails, 0, sizeof(g->nr_mails));
	memset(g->nr_set, 0, sizeof(g->nr_set));
	memset(g->nr_fetched, 0, sizeof(g->nr_fetched));
	g->life++;
	atomic_store(&g->is_dying, false);
	for (unsigned int i = 0; i < NR_VCPUS; i++) {
		struct vcpu *v = &vcpus[n][i];

		*v = (struct vcpu){ .g = g, .index = i, .cpu = n * NR_VCPUS + i };
		v->seed = g->life * NR_CPUS + v->cpu;
		assert_int_equal(pthread_create(&v->thread, NULL, run_vcpu, v), 0);
	}
}

static void join(unsigned int n)
{
	for (unsigned int i = 0; i < NR_VCPUS; i++)
		pthread_join(vcpus[n][i].thread, NULL);
}

static uint32_t nr_came(struct guest *g)
{
	uint32_t nr = 0;

	pthread_mutex_lock(&g->lock);
	for (unsigned int i = 0; i < NR_VCPUS; i++)
		nr += g->nr_mails[i];
	pthread_mutex_unlock(&g->lock);
	return nr;
}

/* In the middle of everything, with mail on its way. */
static void end(struct guest *g)
{
	while (nr_came(g) < 10 && !atomic_load(&g->wrong))
		usleep(NAP_US);
	atomic_store(&g->is_dying, true);
	vffa_vm_stop(&g->vm->vm);
	join((unsigned int)(g - guests));
	while (vffa_vm_state(&g->vm->vm) != VFFA_VM_STOPPED)
		usleep(NAP_US);
	/* Whoever has brought it there may still be inside. */
	pthread_mutex_lock(&work_mutex);
	pthread_mutex_unlock(&work_mutex);
}

SPEC("1.2", "FFA_MSG_SEND2, FFA_NOTIFICATION_GET, FFA_MEM_SHARE, FFA_RX_RELEASE")
static void everything_at_once_and_a_vm_dies(void **state)
{
	struct world *w = *state;
	pthread_t home;

	atomic_store(&home_ends, false);
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		guests[i] = (struct guest){ .vm = &w->vms[i] };
		pthread_mutex_init(&guests[i].lock, NULL);
	}
	assert_int_equal(pthread_create(&home, NULL, run_home, w), 0);
	begin(w, 0);
	for (unsigned int i = 0; i < NR_LIVES; i++) {
		begin(w, 1);
		end(&guests[1]);
		assert_int_equal(vffa_vm_restart(&guests[1].vm->vm), VFFA_OK);
	}
	join(0);
	atomic_store(&home_ends, true);
	pthread_join(home, NULL);

	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		assert_string_equal(guests[i].wrong ? guests[i].wrong : "nothing", "nothing");
	for (unsigned int i = 0; i < NR_VCPUS; i++) {
		assert_int_equal(guests[0].nr_mails[i], NR_MAILS);
		assert_int_equal(guests[0].nr_fetched[i], guests[0].nr_set[i]);
	}
	/* Nothing more has come. */
	expect_regs(CALL(guests[0].vm, FFA_NOTIFICATION_GET, guests[0].vm->vm.id,
			 FFA_NOTIF_GET_SPS | FFA_NOTIF_GET_SPM),
		    FFA_SUCCESS_32);
	expect_error(CALL(guests[0].vm, FFA_RX_RELEASE), VFFA_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_at_once_and_a_vm_dies, setup, teardown),
	};

	return cmocka_run_group_tests_name("mix", tests, NULL, NULL);
}
