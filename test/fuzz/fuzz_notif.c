// SPDX-License-Identifier: GPL-2.0-only
/*
 * An SPMC that says of notifications what it likes: who has something pending, what, and whether it keeps
 * a VM's bitmap; to guests that bind and get as they like. Nobody sees what it has not bound, nobody is
 * interrupted who is not there, nothing goes on for ever, and every VM comes to its end.
 *
 * Each call about notifications takes from the input how it is answered; other calls are answered
 * honestly, and so are these behind the end of the input.
 */
#include <string.h>

#include "notif.h"
#include "stage.h"

#define MAX_OPS 64
#define SRI	8u

static struct input in;
static struct stage *stage;

/* By VM: what it asked to bind since it began. */
static uint64_t bound[STAGE_NR_VMS];

static const uint32_t completions[] = { FFA_SUCCESS_32, FFA_SUCCESS_64, FFA_ERROR, FFA_INTERRUPT };

static void make_up(struct vffa_regs *regs)
{
	memset(regs, 0, sizeof(*regs));
	regs->x[0] = take_of(&in, completions);
	regs->x[2] = take(&in, 1 + take_below(&in, 8));
	for (unsigned int i = 3; i < VFFA_NR_REGS_SHORT; i++)
		regs->x[i] = take(&in, take_below(&in, 9));
}

/* Lists of VMs there are, and of others, as many as the count says or not. */
static void name_vms(struct vffa_regs *regs)
{
	memset(regs, 0, sizeof(*regs));
	regs->x[0] = FFA_SUCCESS_64;
	regs->x[2] = take(&in, 3);
	for (unsigned int i = 0; i < FFA_NOTIF_INFO_MAX_IDS_64; i++)
		regs->x[3 + i / 4] |= (uint64_t)take_below(&in, 6) << (16 * (i % 4));
}

static void answer(struct vffa_regs *regs)
{
	switch (take_below(&in, 6)) {
	case 0:
		make_up(regs);
		break;
	case 1:
		regs->x[0] = FFA_ERROR;
		regs->x[2] = 0 - take(&in, 1);
		break;
	case 2:
		name_vms(regs);
		break;
	default:
		return;
	}
	stage->lied = true;
}

static bool is_about_notifications(uint32_t fid)
{
	uint32_t fn = fid & ~SMCCC_64;

	return fn >= FFA_NOTIFICATION_BITMAP_CREATE && fn <= FFA_NOTIFICATION_INFO_GET_32;
}

static enum vffa_ret smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	uint32_t fid = (uint32_t)regs->x[0];
	enum vffa_ret ret = fake_ops.smc(port, regs, cpu);

	if (!ret && in.size && is_about_notifications(fid))
		answer(regs);
	return ret;
}

static void create(unsigned int n)
{
	struct vffa_regs regs = { { FFA_VERSION, FFA_VERSION_1_2 } };

	stage_create(stage, n);
	stage_restart(stage, n);
	if (!stage->alive[n] || vffa_vm_version(&stage->vms[n].vm))
		return;
	bound[n] = 0;
	stage_call(stage, n, 0, &regs, false);
}

static uint32_t ids(vffa_id_t from, vffa_id_t to)
{
	return (uint32_t)from << 16 | to;
}

static void bind(unsigned int n)
{
	static const uint32_t fids[] = { FFA_NOTIFICATION_BIND, FFA_NOTIFICATION_UNBIND };
	vffa_id_t part = FAKE_ID(take_below(&in, FAKE_NR_SPS + 1));
	struct vffa_regs regs = { { take_of(&in, fids), ids(part, stage->vms[n].vm.id),
				    take_below(&in, 3), take(&in, 1), take(&in, 1) } };

	bound[n] |= regs.x[3] | regs.x[4] << 32;
	stage_call(stage, n, take_below(&in, FAKE_NR_VCPUS), &regs, false);
}

static void set(unsigned int n)
{
	vffa_id_t part = FAKE_ID(take_below(&in, FAKE_NR_SPS + 1));
	struct vffa_regs regs = { { FFA_NOTIFICATION_SET, ids(stage->vms[n].vm.id, part),
				    take(&in, 1), take(&in, 1) } };

	stage_call(stage, n, 0, &regs, false);
}

static void get(unsigned int n)
{
	uint32_t flags = take_below(&in, 17);
	vffa_id_t vcpu = (vffa_id_t)take_below(&in, FAKE_NR_VCPUS + 1);
	struct vffa_regs regs = { { FFA_NOTIFICATION_GET, ids(vcpu, stage->vms[n].vm.id), flags } };

	stage_call(stage, n, 0, &regs, false);
	if (regs.x[0] != FFA_SUCCESS_32)
		return;
	must(vcpu < FAKE_NR_VCPUS && flags <= FFA_NOTIF_GET_ALL);
	must(!((regs.x[2] | regs.x[3] << 32) & ~(flags & FFA_NOTIF_GET_SPS ? bound[n] : 0)));
	must(!regs.x[4] && !regs.x[5]);
	must(!(regs.x[6] & ~(uint64_t)(flags & FFA_NOTIF_GET_SPM ? FFA_NOTIF_RX_FULL : 0)));
	must(!(regs.x[7] & ~(uint64_t)(flags & FFA_NOTIF_GET_HYP ? FFA_NOTIF_RX_FULL : 0)));
}

static unsigned int take_npis(struct fake_vm *vm)
{
	unsigned int nr = vm->nr_npis_any;

	for (unsigned int i = 0; i < FAKE_NR_VCPUS; i++)
		nr += vm->nr_npis[i];
	memset(vm->nr_npis, 0, sizeof(vm->nr_npis));
	vm->nr_npis_any = 0;
	return nr;
}

/* What a liar says of partitions is believed, as long as it does not take all of the time. */
static void give_turns(void)
{
	uint64_t next_ns = 1;

	for (unsigned int i = 0; i < 4 && next_ns; i++) {
		next_ns = vffa_turns(&stage->relay);
		stage->port.now_ns += next_ns;
	}
	must(!next_ns || stage->lied);
}

static void serve(void)
{
	unsigned int nr_before = stage->port.nr_calls;
	bool was_served[STAGE_NR_VMS];

	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		was_served[n] = vffa_vm_state(&stage->vms[n].vm) == VFFA_VM_READY &&
				vffa_vm_npi(&stage->vms[n].vm);
		(void)take_npis(&stage->vms[n]);
	}
	/* An honest SPMC tells of each VM in turn, and then that there is no more. */
	must(!vffa_sri(&stage->relay) || stage->lied);
	must(stage->port.nr_calls - nr_before <= VFFA_SRI_MAX_ANSWERS);
	give_turns();
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++)
		must(!take_npis(&stage->vms[n]) || (stage->alive[n] && was_served[n]));
}

/* Something happens at the partitions. */
static void pend(unsigned int n)
{
	struct fake_notif *notif = &stage->port.spmc.notifs[stage->vms[n].vm.id % FAKE_MAX_NOTIFS];

	if (!notif->created)
		return;
	notif->pending |= take(&in, 1);
	notif->framework |= take(&in, 1) & FFA_NOTIF_RX_FULL;
}

static void play(void)
{
	unsigned int n = take_below(&in, STAGE_NR_VMS);

	switch (take_below(&in, 10)) {
	case 0:
		create(n);
		break;
	case 1:
		stage_stop(stage, n);
		break;
	case 2:
		stage_work(stage, n, take(&in, 1) << 24);
		break;
	case 3:
		stage_fini(stage, n);
		break;
	case 4:
		serve();
		break;
	case 5:
		pend(n);
		break;
	case 6:
		set(n);
		break;
	case 8:
		bind(n);
		break;
	default:
		get(n);
		break;
	}
	stage_check(stage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage *st = stage_set();

	stage = st;
	in = (struct input){ data, size };
	st->port.spmc.sri = SRI;
	st->port.spmc.keeps_bound = take(&in, 1) & 1;
	st->ops.smc = smc;
	must(!vffa_relay_start(&st->relay, &st->config));
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++)
		create(n);
	for (unsigned int i = 0; i < MAX_OPS && in.size; i++)
		play();
	stage_strike(st);
	must(!vffa_relay_stop(&st->relay));
	return 0;
}
