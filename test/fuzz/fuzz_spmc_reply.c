// SPDX-License-Identifier: GPL-2.0-only
/*
 * An SPMC that answers what it likes, to a relay that starts and to guests that discover what there
 * is and send messages. Whatever it says, it is contained, and nothing that makes no sense goes on
 * to a guest.
 *
 * Each SMC takes from the input how it is answered; see answer(). Behind the end of the input the
 * SPMC is honest.
 */
#include <sanitizer/asan_interface.h>
#include <string.h>

#include "stage.h"

#define NR_GUESTS 2
#define MAX_TRIES 8
#define RX_IPA	  (FAKE_RAM_IPA + 16 * FFA_PAGE_SIZE)

static struct input in;
static struct stage *stage;

static const uint32_t completions[] = {
	FFA_SUCCESS_32,
	FFA_SUCCESS_64,
	FFA_ERROR,
	FFA_INTERRUPT,
	FFA_YIELD,
	FFA_MSG_SEND_DIRECT_RESP_32,
	FFA_MSG_SEND_DIRECT_RESP_64,
	FFA_MSG_SEND_DIRECT_RESP2,
	FFA_VERSION_1_0,
	FFA_VERSION_1_1,
	FFA_VERSION_1_2,
	FFA_VERSION_MAKE(1, 7),
	FFA_VERSION_MAKE(2, 0),
	(uint32_t)FFA_RET_NOT_SUPPORTED,
};

/* What it hands over in the hypervisor's RX buffer. */
static void write_rx(void)
{
	size_t len = (size_t)stage->config.nr_pages << FFA_PAGE_SHIFT;
	size_t offset = take(&in, 1) * FFA_PARTITION_INFO_SIZE_1_0;
	size_t n = take(&in, 1);

	memset(stage->rx, (int)take(&in, 1), len);
	for (size_t i = 0; i < n && offset + i < len; i++)
		stage->rx[offset + i] = (uint8_t)take(&in, 1);
}

static void make_up(struct vffa_regs *regs)
{
	unsigned int nr = take_below(&in, VFFA_NR_REGS);

	memset(regs, 0, sizeof(*regs));
	regs->x[0] = take_of(&in, completions);
	for (unsigned int i = 1; i <= nr; i++)
		regs->x[i] = take(&in, 1 + take_below(&in, 8));
}

/* How many there are of what size: the lies that would be worth most. */
static void lie_about_parts(struct vffa_regs *regs)
{
	static const uint64_t numbers[] = { 0,		1,	   8,	  16,	      24,
					    32,		48,	   170,	  171,	      2730,
					    2731,	4096,	   65536, 0x15555556, 0x80000000,
					    0xFFFFFFFF, UINT64_MAX };

	regs->x[0] = FFA_SUCCESS_32;
	regs->x[2] = take_of(&in, numbers);
	regs->x[3] = take_of(&in, numbers);
	write_rx();
}

static void answer(struct vffa_regs *regs)
{
	switch (take_below(&in, 8)) {
	case 0:
		make_up(regs);
		break;
	case 1: /* an error, with any code, and leftovers */
		regs->x[0] = FFA_ERROR;
		regs->x[2] = 0 - take(&in, 1);
		break;
	case 2: /* one bit of the honest answer is not */
		regs->x[take_below(&in, VFFA_NR_REGS)] ^= 1ull << take_below(&in, 64);
		break;
	case 3:
		lie_about_parts(regs);
		break;
	case 4: /* stops, where it may or not */
		regs->x[0] = take(&in, 1) & 1 ? FFA_YIELD : FFA_INTERRUPT;
		regs->x[1] = take(&in, 4);
		break;
	default:
		return;
	}
	stage->lied = true;
}

static enum vffa_ret smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	enum vffa_ret ret = fake_ops.smc(port, regs, cpu);

	if (!ret && in.size)
		answer(regs);
	return ret;
}

/* What a relay that has started may know. */
static void check_spmc(const struct vffa_relay *relay)
{
	const struct vffa_spmc *spmc = &relay->spmc;

	must(!relay->failed_fid);
	must(spmc->nr_parts <= VFFA_MAX_PARTS);
	if (!spmc->version) {
		must(!spmc->nr_parts && !spmc->offers && !relay->rxtx_mapped);
		return;
	}
	must(spmc->version >= FFA_VERSION_1_0 && spmc->version <= FFA_VERSION_1_2);
	must(relay->rxtx_mapped && relay->cfg.nr_pages <= stage->config.nr_pages);
	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		must(spmc->parts[i].id & FFA_ID_SECURE);
		must(!i || spmc->parts[i - 1].id <= spmc->parts[i].id);
	}
}

static struct vffa_regs call(unsigned int n, struct vffa_regs regs)
{
	stage_call(stage, n, 0, &regs, false);
	return regs;
}

#define CALL(n, ...) call(n, (struct vffa_regs){ { __VA_ARGS__ } })

static void check_entry(const uint8_t *desc)
{
	uint16_t id;

	memcpy(&id, desc, sizeof(id));
	must(id & FFA_ID_SECURE);
}

/* Returns how many partitions the guest is shown. */
static uint64_t list_by_buffer(unsigned int n)
{
	struct fake_vm *vm = &stage->vms[n];
	uint32_t size = FFA_PARTITION_INFO_SIZE_1_1;
	struct vffa_regs regs;
	const uint8_t *rx;

	(void)CALL(n, FFA_RXTX_MAP_64, FAKE_RAM_IPA, RX_IPA, 1);
	regs = CALL(n, FFA_PARTITION_INFO_GET);
	if (regs.x[0] != FFA_SUCCESS_32)
		return 0;
	if (vffa_vm_version(&vm->vm) == FFA_VERSION_1_0)
		size = FFA_PARTITION_INFO_SIZE_1_0;
	else
		must(regs.x[3] == size);
	must(regs.x[2] <= FFA_PAGE_SIZE / size);
	rx = stage_read_rx(stage, n);
	for (uint64_t i = 0; i < regs.x[2]; i++)
		check_entry(rx + i * size);
	(void)CALL(n, FFA_RX_RELEASE);
	return regs.x[2];
}

static uint64_t list_by_registers(unsigned int n)
{
	uint64_t next = 0;
	struct vffa_regs regs;

	do {
		regs = CALL(n, FFA_PARTITION_INFO_GET_REGS, 0, 0, next);
		if (regs.x[0] != FFA_SUCCESS_64)
			return next;
		must(regs.x[2] >> FFA_PARTITION_REGS_SIZE_SHIFT == FFA_PARTITION_INFO_SIZE_1_1);
		must((uint16_t)(regs.x[2] >> 16) >= next);
		must((uint16_t)(regs.x[2] >> 16) <= (uint16_t)regs.x[2]);
		next = (uint16_t)(regs.x[2] >> 16) + 1u;
	} while (next <= (uint16_t)regs.x[2]);
	return next;
}

static void discover(unsigned int n)
{
	uint64_t nr;

	(void)CALL(n, FFA_VERSION, FFA_VERSION_MAKE(1, take_below(&in, 3)));
	(void)CALL(n, FFA_ID_GET);
	(void)CALL(n, FFA_SPM_ID_GET);
	nr = list_by_buffer(n);
	/* Unless the list was too long for the buffer. */
	if (vffa_vm_version(&stage->vms[n].vm) == FFA_VERSION_1_2 && nr)
		must(list_by_registers(n) == nr);
}

/* One request, resumed some times. */
static void request(unsigned int n, uint32_t fid, vffa_id_t dst)
{
	struct vffa_regs regs = CALL(n, fid, (uint64_t)stage->vms[n].vm.id << 16 | dst);

	for (unsigned int i = 0; i < MAX_TRIES && regs.x[0] == FFA_INTERRUPT; i++) {
		stage->port.leave_after = 1;
		stage->port.must_leave = false;
		regs = CALL(n, FFA_RUN, regs.x[1]);
	}
}

static void talk(unsigned int n)
{
	static const uint32_t kinds[] = { FFA_MSG_SEND_DIRECT_REQ_32, FFA_MSG_SEND_DIRECT_REQ_64,
					  FFA_MSG_SEND_DIRECT_REQ2 };
	const struct vffa_spmc *spmc = &stage->relay.spmc;

	for (unsigned int i = 0; i < MAX_TRIES && spmc->nr_parts; i++) {
		stage->port.must_leave = take(&in, 1) & 1;
		request(n, kinds[i % 3], spmc->parts[i % spmc->nr_parts].id);
		stage_check(stage);
	}
}

static bool start(void)
{
	enum vffa_ret ret = vffa_relay_start(&stage->relay, &stage->config);

	if (!ret) {
		check_spmc(&stage->relay);
		return true;
	}
	must(ret >= VFFA_NOT_READY && ret < VFFA_OK);
	must(stage->relay.failed_fid);
	must(!stage->port.complaint);
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t versions[] = { FFA_VERSION_1_2, FFA_VERSION_1_1, FFA_VERSION_1_0 };
	struct stage *st = stage_set();
	size_t len;

	stage = st;
	in = (struct input){ data, size };
	st->ops.smc = smc;
	st->port.spmc.version = take_of(&in, versions);
	if (st->port.spmc.version == FFA_VERSION_1_0)
		st->port.spmc.desc_size = FFA_PARTITION_INFO_SIZE_1_0;
	st->config.nr_pages = 1u << take_below(&in, 5);
	len = (size_t)st->config.nr_pages << FFA_PAGE_SHIFT;
	ASAN_POISON_MEMORY_REGION(st->rx + len, sizeof(st->rx) - len);
	if (!start())
		return 0;
	for (unsigned int n = 0; n < NR_GUESTS; n++) {
		stage_create(st, n);
		discover(n);
		talk(n);
		stage_check(st);
	}
	stage_strike(st);
	must(!vffa_relay_stop(&st->relay));
	return 0;
}
