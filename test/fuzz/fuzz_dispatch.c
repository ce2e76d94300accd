// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests of all versions on several vCPUs, their VMMs, an SPMC that mostly does what it should, and
 * operations that fail. Inside an SMC other CPUs go on: a step may run within another.
 *
 * An input says what the SPMC is like, and then is a sequence of steps; see step().
 */
#include <string.h>

#include "../unit/fake_impl.h"
#include "../unit/fake_spmc_loan.h"
#include "borrow.h"
#include "mem.h"
#include "stage.h"

#define MAX_STEPS  96
#define MAX_DEPTH  3
#define NR_EXTRAS  4
#define VM_TX	   (FAKE_RAM_IPA)
#define SP_MISSING 0x8123

/* One at a time: what happens inside an SMC has no other way to know. */
static struct run_of_fuzzer {
	struct stage *st;
	struct input in;
	unsigned int nr_steps;
	unsigned int nr_nested; /* SMCs to come that have a step inside */
} now;

static void step(struct stage *st, struct input *in);

static const uint32_t fids[] = {
	FFA_VERSION,
	FFA_FEATURES,
	FFA_ID_GET,
	FFA_SPM_ID_GET,
	FFA_RXTX_MAP_32,
	FFA_RXTX_MAP_64,
	FFA_RXTX_UNMAP,
	FFA_RX_RELEASE,
	FFA_PARTITION_INFO_GET,
	FFA_PARTITION_INFO_GET_REGS,
	FFA_MSG_SEND_DIRECT_REQ_32,
	FFA_MSG_SEND_DIRECT_REQ_64,
	FFA_MSG_SEND_DIRECT_REQ2,
	FFA_RUN,
	FFA_MSG_SEND_DIRECT_RESP_64,
	FFA_INTERRUPT,
	FFA_YIELD,
	FFA_ERROR,
	FFA_SUCCESS_64,
	FFA_MSG_SEND2,
	FFA_NOTIFICATION_BITMAP_CREATE,
	FFA_MEM_SHARE_64,
	FFA_MEM_LEND_32,
	FFA_MEM_DONATE_64,
	FFA_MEM_FRAG_TX,
	FFA_MEM_FRAG_RX,
	FFA_MEM_RECLAIM,
	FFA_MEM_OP_PAUSE,
	FFA_FN_LAST | FFA_FID_BASE,
	SMCCC_VERSION,
	FFA_MSG_WAIT,
	FFA_CONSOLE_LOG_32,
	FFA_CONSOLE_LOG_64,
	FFA_MEM_RETRIEVE_REQ_32,
	FFA_MEM_RELINQUISH,
};

static uint16_t take_id(struct input *in)
{
	static const uint16_t ids[] = { FAKE_ID(FAKE_SP_ECHO),
					FAKE_ID(FAKE_SP_SUBSCRIBER),
					FAKE_ID(FAKE_SP_PINNED),
					FAKE_ID(FAKE_SP_MUTE),
					FAKE_ID(FAKE_NR_SPS),
					FFA_ID_SECURE,
					FFA_ID_HYPERVISOR,
					1,
					2,
					SP_MISSING };
	uint8_t n = (uint8_t)take(in, 1);

	return n < 64 ? ids[n % (sizeof(ids) / sizeof(ids[0]))] : (uint16_t)take(in, 2);
}

/* Registers are mostly small, or ids, or addresses. */
static uint64_t take_reg(struct input *in)
{
	uint64_t from;

	switch (take_below(in, 9)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return take(in, 1);
	case 3:
		from = take_id(in);
		return from << 16 | take_id(in);
	case 4:
		return FAKE_RAM_IPA + (take(in, 1) << FFA_PAGE_SHIFT);
	case 5:
		return take_of(in, fids);
	case 6:
		return FFA_MSG_FRAMEWORK | take(in, 1);
	case 7:
		return (uint32_t)take(in, 4);
	default:
		return take(in, 8);
	}
}

struct caller {
	unsigned int vm;
	unsigned int vcpu;
	bool aarch32;
};

static struct caller take_caller(struct input *in)
{
	uint8_t who = (uint8_t)take(in, 1);

	return (struct caller){
		.vm = (who & 15u) % STAGE_NR_VMS,
		.vcpu = who >> 4 & (FAKE_NR_VCPUS - 1),
		.aarch32 = who >> 6 == 3,
	};
}

/* In x8 to x17 a guest has something of its own, where they are not arguments that must be zero. */
static void call(struct stage *st, struct caller who, struct vffa_regs regs)
{
	for (unsigned int i = VFFA_NR_REGS_SHORT; i < VFFA_NR_REGS; i++) {
		if (!regs.x[i] && (uint32_t)regs.x[0] != FFA_PARTITION_INFO_GET_REGS)
			regs.x[i] = i * 0x1111111111111111ull;
	}
	stage_call(st, who.vm, who.vcpu, &regs, who.aarch32);
}

/* Anything at all. */
static void call_any(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	uint8_t how = (uint8_t)take(in, 1);
	unsigned int nr = how % VFFA_NR_REGS;
	struct vffa_regs regs = { { take_of(in, fids) } };

	if (how & 64)
		regs.x[0] ^= SMCCC_64;
	if (how & 128)
		regs.x[0] = FFA_FID_BASE | take(in, 1) | (take(in, 8) & ~(uint64_t)FFA_FN_MASK);
	for (unsigned int i = 1; i <= nr; i++)
		regs.x[i] = take_reg(in);
	call(st, who, regs);
}

static void map_buffers(struct stage *st, struct input *in)
{
	static const uint64_t distances[] = { 1, 2, 16, 0, FAKE_RAM_PAGES - 1, FAKE_RAM_PAGES };
	struct caller who = take_caller(in);
	uint64_t pages = 1 + take_below(in, 4) * 5;
	uint64_t distance = take_of(in, distances) << FFA_PAGE_SHIFT;

	call(st, who, (struct vffa_regs){ { FFA_RXTX_MAP_64, VM_TX, VM_TX + distance, pages } });
}

/* One of a guest's first calls, made right. */
static void discover(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	uint8_t what = (uint8_t)take(in, 1);

	switch (what % 6) {
	case 0:
		call(st, who,
		     (struct vffa_regs){ { FFA_VERSION, FFA_VERSION_1_0 + take_below(in, 4) } });
		break;
	case 1:
		call(st, who, (struct vffa_regs){ { FFA_FEATURES, take_of(in, fids) } });
		break;
	case 2:
		call(st, who, (struct vffa_regs){ { FFA_PARTITION_INFO_GET } });
		break;
	case 3:
		call(st, who, (struct vffa_regs){ { FFA_RX_RELEASE } });
		break;
	case 4:
		call(st, who, (struct vffa_regs){ { FFA_RXTX_UNMAP } });
		break;
	case 5:
		call(st, who,
		     (struct vffa_regs){ { FFA_PARTITION_INFO_GET_REGS, 0, 0, take(in, 1) } });
		break;
	}
}

static void query_uuid(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	unsigned int n = take_below(in, FAKE_NR_SPS + NR_EXTRAS);
	struct vffa_regs regs = { { FFA_PARTITION_INFO_GET } };
	uint8_t how = (uint8_t)take(in, 1);

	for (unsigned int i = 0; i < 16; i++) {
		uint64_t b = st->port.spmc.parts[n].uuid.b[i];

		if (how & 1)
			regs.x[1 + i / 8] |= b << (8 * (i % 8));
		else
			regs.x[1 + i / 4] |= b << (8 * (i % 4));
	}
	if (how & 1)
		regs.x[0] = FFA_PARTITION_INFO_GET_REGS;
	else
		regs.x[5] = how >> 1 & 1;
	call(st, who, regs);
}

/* A direct request whose head is right. */
static void send(struct stage *st, struct input *in)
{
	static const uint32_t kinds[] = { FFA_MSG_SEND_DIRECT_REQ_32, FFA_MSG_SEND_DIRECT_REQ_64,
					  FFA_MSG_SEND_DIRECT_REQ2 };
	struct caller who = take_caller(in);
	struct vffa_regs regs = { { take_of(in, kinds) } };

	regs.x[1] = (uint64_t)st->vms[who.vm].vm.id << 16 | take_id(in);
	for (unsigned int i = 4; i < VFFA_NR_REGS_SHORT; i++)
		regs.x[i] = i * 0x0101010101010101ull;
	call(st, who, regs);
}

/* FFA_RUN of one of the contexts that some VM, mostly the caller, has used. */
static void resume(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	unsigned int n = take_below(in, FAKE_NR_VCPUS * VFFA_RUNS_PER_VCPU);
	unsigned int whose = who.aarch32 ? take_below(in, STAGE_NR_VMS) : who.vm;
	const struct vffa_run *run =
		&st->vms[whose].vcpus[n / VFFA_RUNS_PER_VCPU].runs[n % VFFA_RUNS_PER_VCPU];

	call(st, who, (struct vffa_regs){ { FFA_RUN, (uint32_t)run->target.v } });
}

/* What a VMM and its kernel do with a VM. */
static void live(struct stage *st, struct input *in)
{
	unsigned int n = take_below(in, STAGE_NR_VMS);

	switch (take_below(in, 6)) {
	case 0:
		stage_create(st, n);
		break;
	case 1:
	case 2:
		stage_stop(st, n);
		break;
	case 3:
		stage_restart(st, n);
		break;
	case 4:
		stage_fini(st, n);
		break;
	default:
		stage_work(st, n, 0);
		break;
	}
}

static void work(struct stage *st, struct input *in)
{
	static const uint64_t whiles[] = { 1, 1000000, 1000000000, 3000000000, 20000000000 };
	unsigned int n = take_below(in, STAGE_NR_VMS);

	stage_work(st, n, take_of(in, whiles));
}

static void pass_time(struct stage *st, struct input *in)
{
	static const uint64_t whiles[] = { 1, 900000000, 1100000000, 1999999999, 9000000000 };

	st->port.now_ns += take_of(in, whiles);
	st->port.cpu = take_below(in, 4);
}

static void interrupt_vcpus(struct stage *st, struct input *in)
{
	uint8_t how = (uint8_t)take(in, 1);

	st->port.must_leave = how & 1;
	st->port.leave_after = how & 1 ? 0 : how >> 4;
}

/* Partitions stop, yield, and refuse; all of that an honest one may do. */
static void change_part(struct stage *st, struct input *in)
{
	static const unsigned int stops[] = { 0, 1, 2, 5, 50, 300 };
	static const int32_t refusals[] = { FFA_RET_NO_MEMORY, FFA_RET_BUSY,  FFA_RET_INTERRUPTED,
					    FFA_RET_DENIED,    FFA_RET_RETRY, FFA_RET_ABORTED };
	/* An acceptance that is none, and having forgotten what it has not. */
	static const int32_t lies[] = { FFA_RET_OK, FFA_RET_NOT_SUPPORTED,
					FFA_RET_INVALID_PARAMETERS, 1, FFA_RET_NOT_READY - 1 };
	struct fake_part *part = &st->port.spmc.parts[take_below(in, st->port.spmc.nr_parts)];
	uint8_t how = (uint8_t)take(in, 1);

	part->stops = take_of(in, stops);
	part->yields = how & 1;
	part->yield_ns = how & 2 ? UINT64_MAX : 0;
	if (!(how & 4))
		return;
	part->nr_status = take_below(in, 8) * 60 + 1;
	part->status = how & 8 ? take_of(in, lies) : take_of(in, refusals);
	st->lied |= how & 8;
}

/* The next call of a function gets an answer from nowhere. */
static void lie(struct stage *st, struct input *in)
{
	static const uint32_t callees[] = { FFA_MSG_SEND_DIRECT_REQ_32, FFA_MSG_SEND_DIRECT_REQ_64,
					    FFA_MSG_SEND_DIRECT_REQ2, FFA_RUN };
	uint32_t fid = take_of(in, callees);
	unsigned int nr = take_below(in, VFFA_NR_REGS);
	struct vffa_regs answer = { { take_of(in, fids) } };

	/* Of the form of an answer, at least. */
	answer.x[1] = (uint64_t)take_id(in) << 16 | take_id(in);
	for (unsigned int i = 2; i <= nr; i++)
		answer.x[i] = take_reg(in);
	fake_spmc_script(&st->port.spmc, fid, answer);
	st->lied = true;
}

static void stop_by_lie(struct stage *st, struct input *in)
{
	uint64_t target = (uint64_t)take_id(in) << 16 | take(in, 1);
	uint8_t how = (uint8_t)take(in, 1);
	struct vffa_regs answer = { { how & 1 ? FFA_YIELD : FFA_INTERRUPT, target } };

	fake_spmc_script(&st->port.spmc, how & 2 ? FFA_RUN : FFA_MSG_SEND_DIRECT_REQ_32, answer);
	st->lied = true;
}

static void fail_operation(struct stage *st, struct input *in)
{
	uint8_t how = (uint8_t)take(in, 1);
	enum fake_op op = (enum fake_op)(how % FAKE_NR_OPS);

	fake_fail(&st->port, op, 1 + (how >> 2 & 7), (enum vffa_ret)(-1 - take_below(in, 10)));
	st->lied |= op == FAKE_OP_SMC;
}

/* A guest writes to its buffers whenever it likes. */
static void scribble(struct stage *st, struct input *in)
{
	static uint8_t junk[VFFA_MAILBOX_MAX_PAGES * FFA_PAGE_SIZE];
	unsigned int n = take_below(in, STAGE_NR_VMS);

	memset(junk, (int)take(in, 1), sizeof(junk));
	stage_write_tx(st, n, junk, sizeof(junk));
}

#define MAX_RANGES 24

/* An indirect message, right but for a word of its header; or a message in RX, and one fetched. */
static void send_indirect(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	struct fake_vm *vm = &st->vms[who.vm];
	struct fake_pair *pair = fake_spmc_pair(&st->port.spmc, vm->vm.id);
	uint8_t how = (uint8_t)take(in, 1);
	uint32_t header[10] = { 0, 0, how & 1 ? 40 : 20, (uint32_t)vm->vm.id << 16 | take_id(in),
				(uint32_t)take(in, 2) };

	if (how & 2)
		header[(how >> 4) % 10] = (uint32_t)take_reg(in);
	stage_write_tx(st, who.vm, header, sizeof(header));
	if (how & 4)
		st->port.spmc.parts[FAKE_SP_ECHO].rx_full = false;
	if (how & 8 && vm->vm.id && pair && pair->state == FAKE_RX_EMPTY)
		pair->state = FAKE_RX_FULL;
	call(st, who, (struct vffa_regs){ { FFA_MSG_SEND2 } });
}

/* A descriptor as the guest's version has it. Returns its length. */
static uint32_t write_desc(const struct vffa_mem_desc *desc, const struct vffa_range *ranges,
			   uint32_t minor, uint8_t *buf)
{
	uint32_t len = vffa_mem_desc_head_size(desc, minor);

	vffa_mem_desc_encode(desc, minor, buf);
	for (uint32_t i = 0; i < desc->nr_ranges; i++, len += VFFA_MEM_RANGE_SIZE)
		vffa_mem_range_encode(&ranges[i], buf + len);
	return len;
}

/* Pages that are somebody's already, buffers, what cannot be written, what is not there. */
static uint64_t take_page(struct input *in)
{
	uint8_t n = (uint8_t)take(in, 1);

	if (n < 192)
		return (n & 1 ? FAKE_BULK_IPA : FAKE_RAM_IPA) + ((n >> 1 & 31u) << FFA_PAGE_SHIFT);
	return n < 240 ? FAKE_ROM_IPA : take(in, 8);
}

static void take_desc(struct input *in, enum vffa_mem_type type, vffa_id_t sender,
		      struct vffa_mem_desc *desc, struct vffa_range *ranges)
{
	static const uint16_t attrs[] = { FFA_MEM_ATTRS_NORMAL, FFA_MEM_ATTRS_NORMAL, 0, 0x10 };
	static const uint8_t perms[] = { FFA_MEM_DATA_RW, FFA_MEM_DATA_RW, FFA_MEM_DATA_RO, 0 };
	uint8_t how = (uint8_t)take(in, 1);

	*desc = (struct vffa_mem_desc){ .sender = sender, .has_ranges = true };
	desc->nr_receivers = how & 15 ? 1 : 1 + take_below(in, 4);
	desc->attrs = type == VFFA_MEM_SHARE ? FFA_MEM_ATTRS_NORMAL : 0;
	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		desc->receivers[i].id = FAKE_ID(((how >> 4) + i) & 3);
		desc->receivers[i].perms = type == VFFA_MEM_DONATE ? 0 : take_of(in, perms);
	}
	if (how & 64)
		desc->attrs = take_of(in, attrs);
	if (how & 128) {
		desc->flags = (uint32_t)take(in, 1);
		desc->tag = take(in, 1);
	}
	desc->nr_ranges = 1 + take_below(in, MAX_RANGES);
	for (uint32_t i = 0; i < desc->nr_ranges; i++) {
		ranges[i] = (struct vffa_range){ take_page(in), 1 };
		if (how & 32)
			ranges[i].nr_pages = 1 + take_below(in, 80);
		desc->nr_pages += ranges[i].nr_pages;
	}
}

/* What is about right, with some of its bytes changed, and maybe sent in parts. */
static void send_memory(struct stage *st, struct input *in)
{
	static const uint32_t sends[] = { FFA_MEM_SHARE_64, FFA_MEM_SHARE_32, FFA_MEM_LEND_64,
					  FFA_MEM_DONATE_32 };
	static const enum vffa_mem_type types[] = { VFFA_MEM_SHARE, VFFA_MEM_SHARE, VFFA_MEM_LEND,
						    VFFA_MEM_DONATE };
	struct caller who = take_caller(in);
	unsigned int kind = take_below(in, 4);
	const struct vffa_vm *vm = &st->vms[who.vm].vm;
	struct vffa_range ranges[MAX_RANGES];
	struct vffa_mem_desc desc;
	uint8_t buf[1024] = { 0 };
	uint8_t how = (uint8_t)take(in, 1);
	uint32_t total, len;

	if (!st->alive[who.vm])
		return;
	take_desc(in, types[kind], vm->id, &desc, ranges);
	total = write_desc(&desc, ranges, vffa_vm_version(vm) & 0xFFFFu, buf);
	for (unsigned int i = how >> 6; i; i--)
		buf[take(in, 2) % total] ^= (uint8_t)take(in, 1);
	len = how & 4 ? total - VFFA_MEM_RANGE_SIZE * take_below(in, desc.nr_ranges + 1) : total;
	stage_write_tx(st, who.vm, buf, sizeof(buf));
	if (how & 8) {
		st->flip_at = (uint32_t)take(in, 2) % total;
		st->flip = (uint8_t)take(in, 1);
	}
	call(st, who, (struct vffa_regs){ { sends[kind], total, len } });
	st->flip = 0;
}

/* A transaction of the VM that is in a state; which, @nth tells. */
static const struct vffa_mem *find_mem(const struct vffa_vm *vm, enum vffa_mem_state state,
				       unsigned int nth)
{
	const struct vffa_mem *found = NULL;

	for (unsigned int i = 0; i < VFFA_MEM_BUCKETS; i++) {
		for (const struct vffa_mem *mem = vm->mems[i]; mem; mem = mem->next) {
			if (mem->state != state)
				continue;
			found = mem;
			if (!nth--)
				return found;
		}
	}
	return found;
}

static void send_fragment(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	const struct vffa_mem *mem;
	struct vffa_range ranges[MAX_RANGES];
	uint8_t buf[MAX_RANGES * VFFA_MEM_RANGE_SIZE];
	uint8_t how = (uint8_t)take(in, 1);
	uint32_t nr, len;

	if (!st->alive[who.vm])
		return;
	mem = find_mem(&st->vms[who.vm].vm, VFFA_MEM_PARTIAL, how & 3);
	if (!mem)
		return;
	nr = (mem->total - mem->received) / VFFA_MEM_RANGE_SIZE;
	nr = nr > MAX_RANGES ? MAX_RANGES : nr;
	if (how & 4 && nr)
		nr = 1 + take_below(in, nr);
	for (uint32_t i = 0; i < nr; i++) {
		ranges[i] = (struct vffa_range){ take_page(in), 1 };
		vffa_mem_range_encode(&ranges[i], buf + i * VFFA_MEM_RANGE_SIZE);
	}
	len = nr * VFFA_MEM_RANGE_SIZE;
	stage_write_tx(st, who.vm, buf, len);
	if (how & 8)
		len += (uint32_t)take(in, 1) - 128u;
	call(st, who,
	     (struct vffa_regs){ { FFA_MEM_FRAG_TX, (uint32_t)mem->handle, mem->handle >> 32, len,
				   how >= 0xF0 ? how << 12 : 0 } });
}

static void reclaim(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	uint8_t how = (uint8_t)take(in, 1);
	unsigned int whose = how & 128 ? take_below(in, STAGE_NR_VMS) : who.vm;
	enum vffa_mem_state state = how & 64 ? VFFA_MEM_PARTIAL : VFFA_MEM_LIVE;
	const struct vffa_mem *mem;

	if (!st->alive[whose])
		return;
	mem = find_mem(&st->vms[whose].vm, state, how & 15);
	if (mem)
		call(st, who,
		     (struct vffa_regs){ { FFA_MEM_RECLAIM, (uint32_t)mem->handle,
					   mem->handle >> 32, how >> 4 & 3 } });
}

/* Some pages of a VM become a partition's: many steps that no input would find by itself. */
static void donate(struct stage *st, struct caller who, uint32_t first)
{
	const struct vffa_vm *vm = &st->vms[who.vm].vm;
	struct vffa_mem_desc desc = {
		.sender = vm->id,
		.nr_receivers = 1,
		.receivers[0] = { .id = FAKE_ID(FAKE_SP_ECHO) },
		.has_ranges = true,
		.nr_ranges = 2,
		.nr_pages = 6,
	};
	const struct vffa_range ranges[] = {
		{ FAKE_BULK_IPA + ((32ull + first) << FFA_PAGE_SHIFT), 2 },
		{ FAKE_BULK_IPA + ((64ull + first) << FFA_PAGE_SHIFT), 4 },
	};
	uint8_t buf[256] = { 0 };
	uint32_t len;

	if (!st->alive[who.vm])
		return;
	len = write_desc(&desc, ranges, vffa_vm_version(vm) & 0xFFFFu, buf);
	stage_write_tx(st, who.vm, buf, sizeof(buf));
	call(st, who, (struct vffa_regs){ { FFA_MEM_DONATE_64, len, len } });
	stage_resume(st, who.vm, who.vcpu, VFFA_OK);
}

static void donate_some(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);

	donate(st, who, take_below(in, 64));
}

/* Ranges of what was donated, over and over: few of them are few pages, many need fragments. */
static void choose_ranges(struct stage *st, struct input *in, const struct fake_region *r,
			  struct fake_loan *loan)
{
	uint8_t how = (uint8_t)take(in, 1);
	uint32_t nr = how < 224 ? 1u + how % 8u : FAKE_LOAN_RANGES;
	uint32_t nr_known = r->nr_ranges < FAKE_REGION_RANGES ? r->nr_ranges : FAKE_REGION_RANGES;

	while (loan->nr_ranges < nr) {
		const struct vffa_range *range = &r->ranges[(how + loan->nr_ranges) % nr_known];
		uint32_t n = how & 16 ? range->nr_pages : 1;

		loan->ranges[loan->nr_ranges++] = (struct vffa_range){ range->addr, n };
	}
	if (how >> 4 != 13)
		return;
	/* What nobody gave away. */
	loan->ranges[0].addr = FAKE_HOST_BASE + (take(in, 2) << FFA_PAGE_SHIFT);
	st->lied = true;
}

/* A partition sends a VM what was donated to it, or wants it back. */
static void pass_on(struct stage *st, struct input *in)
{
	static const uint32_t types[] = { FFA_MEM_FLAG_TYPE_SHARE, FFA_MEM_FLAG_TYPE_LEND,
					  FFA_MEM_FLAG_TYPE_LEND, FFA_MEM_FLAG_TYPE_DONATE };
	uint8_t how = (uint8_t)take(in, 1);
	struct fake_spmc *spmc = &st->port.spmc;
	struct fake_loan *loan = &spmc->loans[how & 7];
	const struct fake_region *r;

	if (how & 128) {
		loan->used &= loan->retrieved;
		return;
	}
	r = fake_spmc_donate(spmc, how & 7);
	if (!r)
		return;
	loan = fake_spmc_lend(spmc, FAKE_ID(take_below(in, 4)),
			      (vffa_id_t)(1 + take_below(in, STAGE_NR_VMS)), types[how >> 3 & 3],
			      how & 32 ? FFA_MEM_DATA_RO : FFA_MEM_DATA_RW);
	if (loan)
		choose_ranges(st, in, r, loan);
}

/* A request for a loan that is about right, with some of its bytes changed. */
static void retrieve(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	uint8_t how = (uint8_t)take(in, 1);
	const struct fake_loan *loan = &st->port.spmc.loans[how & 7];
	const struct vffa_vm *vm = &st->vms[who.vm].vm;
	struct vffa_mem_desc desc = {
		.sender = loan->owner,
		.handle = loan->handle,
		.nr_receivers = 1,
		.receivers[0] = { .id = vm->id,
				  .perms = how & 8 ? FFA_MEM_DATA_RO : FFA_MEM_DATA_RW },
	};
	uint8_t buf[256] = { 0 };
	uint32_t len;

	if (!st->alive[who.vm])
		return;
	if (how & 16)
		desc.receivers[desc.nr_receivers++].id = FAKE_ID(take_below(in, 4));
	if (how & 32)
		desc.flags = (uint32_t)take(in, 2);
	len = write_desc(&desc, NULL, vffa_vm_version(vm) & 0xFFFFu, buf);
	for (unsigned int i = how >> 6; i > 1; i--)
		buf[take(in, 1) % len] ^= (uint8_t)take(in, 1);
	stage_write_tx(st, who.vm, buf, sizeof(buf));
	if (how >> 6 == 1) {
		st->flip_at = (uint32_t)take(in, 1) % len;
		st->flip = (uint8_t)take(in, 1);
	}
	call(st, who, (struct vffa_regs){ { FFA_MEM_RETRIEVE_REQ_64, len, len } });
	st->flip = 0;
	if (how & 1)
		call(st, who, (struct vffa_regs){ { FFA_RX_RELEASE } });
}

static void relinquish(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	uint8_t how = (uint8_t)take(in, 1);
	const struct vffa_borrow *b = st->vms[who.vm].vm.borrows;
	struct vffa_mem_relinquish req = { .flags = how >> 4 & 3, .nr_ids = 1 };
	uint8_t buf[64] = { 0 };

	if (!st->alive[who.vm])
		return;
	for (unsigned int i = how & 3; b && b->next && i; i--)
		b = b->next;
	req.handle = b ? b->handle : FFA_MEM_HANDLE_INVALID;
	req.ids[0] = st->vms[who.vm].vm.id;
	vffa_mem_relinquish_encode(&req, buf);
	if (how & 128)
		buf[take(in, 1) % 18] ^= (uint8_t)take(in, 1);
	stage_write_tx(st, who.vm, buf, sizeof(buf));
	call(st, who, (struct vffa_regs){ { FFA_MEM_RELINQUISH } });
}

/* VMMs answer late, wrongly, or never. */
static void answer_exit(struct stage *st, struct input *in)
{
	struct caller who = take_caller(in);
	uint8_t how = (uint8_t)take(in, 1);

	stage_resume(st, who.vm, who.vcpu, how < 192 ? VFFA_OK : (enum vffa_ret)(-1 - (how & 7)));
}

static void change_memory_of_spmc(struct stage *st, struct input *in)
{
	static const unsigned int pauses[] = { 0, 0, 1, 3, 20000 };
	uint8_t how = (uint8_t)take(in, 1);

	st->port.spmc.mem_pauses = take_of(in, pauses);
	st->port.spmc.regions[take_below(in, FAKE_MAX_REGIONS)].held = how & 1;
	/* Paused for longer than the relay waits: it has it, and nobody can know. */
	st->lied |= st->port.spmc.mem_pauses > 1000;
}

static void lie_about_memory(struct stage *st, struct input *in)
{
	static const uint32_t callees[] = { FFA_MEM_SHARE_64, FFA_MEM_LEND_64, FFA_MEM_DONATE_64,
					    FFA_MEM_FRAG_TX,  FFA_MEM_RECLAIM, FFA_MEM_OP_RESUME };
	static const uint32_t answers[] = { FFA_SUCCESS_32, FFA_SUCCESS_64,   FFA_MEM_FRAG_RX,
					    FFA_ERROR,	    FFA_MEM_OP_PAUSE, FFA_INTERRUPT };
	uint32_t fid = take_of(in, callees);
	struct vffa_regs answer = { { take_of(in, answers) } };
	uint8_t how = (uint8_t)take(in, 1);

	for (unsigned int i = 1; i < 4; i++)
		answer.x[i] = how & 1u << i ? take(in, 4) : how & 16u << i ? UINT32_MAX : 0;
	fake_spmc_script(&st->port.spmc, fid, answer);
	st->lied = true;
}

/* Of what VMs borrow: a descriptor with a byte that is wrong, or an answer from nowhere. */
static void lie_about_loans(struct stage *st, struct input *in)
{
	static const uint32_t callees[] = { FFA_MEM_RETRIEVE_REQ_32, FFA_MEM_RETRIEVE_REQ_64,
					    FFA_MEM_FRAG_RX, FFA_MEM_RELINQUISH };
	static const uint32_t answers[] = { FFA_MEM_RETRIEVE_RESP, FFA_MEM_FRAG_TX, FFA_SUCCESS_32,
					    FFA_ERROR };
	uint8_t how = (uint8_t)take(in, 1);
	struct vffa_regs answer = { { take_of(in, answers) } };

	st->lied = true;
	if (how & 1) {
		st->port.spmc.corrupt_at = (uint32_t)take(in, 1);
		st->port.spmc.corrupt = (uint8_t)take(in, 1);
		return;
	}
	for (unsigned int i = 1; i < 4; i++)
		answer.x[i] = how & 2u << i ? take(in, 2) : how & 16u << i ? UINT32_MAX : 0;
	fake_spmc_script(&st->port.spmc, take_of(in, callees), answer);
}

static void during_smc(void *arg)
{
	struct run_of_fuzzer *r = arg;

	/* One thread is all CPUs: another one would have to wait for the lock that this one holds. */
	if (fake_is_held(&r->st->tx_lock) || fake_is_held(&r->st->rx_lock))
		return;
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		if (!fake_is_held(&r->st->vms[n].lock))
			continue;
		/* But it can write to TX while the SPMC has its message. */
		scribble(r->st, &r->in);
		return;
	}
	if (!r->nr_nested || r->st->depth >= MAX_DEPTH || r->nr_steps >= MAX_STEPS || !r->in.size)
		return;
	r->nr_nested--;
	step(r->st, &r->in);
}

static void step(struct stage *st, struct input *in)
{
	static void (*const steps[])(struct stage *, struct input *) = {
		call_any,
		discover,
		map_buffers,
		query_uuid,
		send,
		resume,
		live,
		work,
		pass_time,
		interrupt_vcpus,
		change_part,
		lie,
		send,
		resume,
		scribble,
		fail_operation,
		stop_by_lie,
		call_any,
		send_memory,
		send_fragment,
		reclaim,
		answer_exit,
		send_memory,
		answer_exit,
		change_memory_of_spmc,
		lie_about_memory,
		send_indirect,
		pass_on,
		retrieve,
		relinquish,
		retrieve,
		lie_about_loans,
		pass_on,
		donate_some,
	};
	uint8_t what = (uint8_t)take(in, 1);

	now.nr_steps++;
	/* The top bits: what comes next is to happen inside this. */
	now.nr_nested += what >> 6;
	steps[(what & 63) % (sizeof(steps) / sizeof(steps[0]))](st, in);
}

/* More partitions: further UUIDs of one there is, devices, subscribers. */
static void add_parts(struct fake_spmc *spmc, struct input *in)
{
	unsigned int nr = take_below(in, NR_EXTRAS + 1);

	for (unsigned int i = 0; i < nr; i++) {
		struct fake_part *part = &spmc->parts[spmc->nr_parts++];
		uint8_t how = (uint8_t)take(in, 1);

		part->id = how & 1 ? FAKE_ID(how >> 1 & 3) : FAKE_ID(FAKE_NR_SPS + i);
		part->nr_contexts = how >> 3 & 3;
		part->props = (uint32_t)take(in, 2);
		part->uuid.b[0] = how;
		/* One that never hears of the end would be told of the id's next VM as well. */
		if (part->props & FFA_PART_VM_CREATED)
			part->props |= FFA_PART_VM_DESTROYED;
		/* One that must be told of VMs and cannot be has nothing to do with them. */
		if (part->props & FFA_PART_VM_CREATED && !(part->props & FFA_PART_DIRECT_REQ_RECV))
			part->props &= ~FFA_PART_DIRECT_REQ2_RECV;
		/* What concerns a partition is in each of its entries. */
		if (how & 1)
			part->props = spmc->parts[how >> 1 & 3].props;
	}
}

/* One partition is OP-TEE, and the SPMC has its defects. */
static void be_optee(struct fake_spmc *spmc)
{
	static const struct vffa_uuid uuid = { { 0x48, 0x61, 0x78, 0xe0, 0xe7, 0xf8, 0x11, 0xe3,
						 0xbc, 0x5e, 0, 2, 0xa5, 0xd5, 0xc5, 0x1b } };

	spmc->parts[FAKE_SP_SUBSCRIBER].uuid = uuid;
	spmc->no_features[spmc->no_features[0] ? 1 : 0] = FFA_PARTITION_INFO_GET_REGS;
}

static void describe_spmc(struct fake_spmc *spmc, struct input *in)
{
	static const uint32_t versions[] = { FFA_VERSION_1_2, FFA_VERSION_1_1, FFA_VERSION_1_0, 0 };
	static const uint32_t missing[] = { 0, FFA_MSG_SEND_DIRECT_REQ_32,
					    FFA_MSG_SEND_DIRECT_REQ_64, FFA_MSG_SEND_DIRECT_REQ2 };
	uint8_t what;

	spmc->version = take_of(in, versions);
	spmc->sri = 8;
	what = (uint8_t)take(in, 1);
	spmc->no_features[0] = missing[what % (sizeof(missing) / sizeof(missing[0]))];
	if (what & 128)
		be_optee(spmc);
	if (spmc->version == FFA_VERSION_1_0)
		spmc->desc_size = FFA_PARTITION_INFO_SIZE_1_0;
	else
		add_parts(spmc, in);
}

/* Half of the time in a state in which most calls are served. */
static void bring_up_vms(struct stage *st, struct input *in)
{
	uint8_t how = (uint8_t)take(in, 1);

	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		struct vffa_regs version = { { FFA_VERSION, FFA_VERSION_MAKE(1, 2 - n) } };
		struct vffa_regs map = { { FFA_RXTX_MAP_64, VM_TX, VM_TX + FFA_PAGE_SIZE, 1 } };

		if (how & 1u << n)
			continue;
		stage_create(st, n);
		if (!(how & 8))
			stage_call(st, n, 0, &version, false);
		if (how & 16)
			stage_call(st, n, 0, &map, false);
	}
	if (how & 32)
		donate(st, (struct caller){ .vm = how >> 6 & 1 }, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage *st = stage_set();

	now = (struct run_of_fuzzer){ .st = st, .in = { data, size } };
	describe_spmc(&st->port.spmc, &now.in);
	must(!vffa_relay_start(&st->relay, &st->config));
	st->port.during_smc = during_smc;
	st->port.during_arg = &now;
	bring_up_vms(st, &now.in);
	stage_check(st);
	while (now.nr_steps < MAX_STEPS && now.in.size) {
		step(st, &now.in);
		stage_check(st);
	}
	stage_strike(st);
	must(!vffa_relay_stop(&st->relay) && !st->port.spmc.mapped);
	return 0;
}
