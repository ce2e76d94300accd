// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Secure physical instance: how the SPMC boots, its loop, and the SPMD's framework messages
 * (FF-A 1.2, "Setup and discovery" and "Power management"; TF-A's SPMD).
 */
#include "spmd.h"

#define SMC32(fn) (0x84000000u | (fn))
#define SMC64(fn) (0xc4000000u | (fn))

#define FFA_SUCCESS_64		     SMC64(0x61)
#define FFA_INTERRUPT		     SMC32(0x62)
#define FFA_VERSION		     SMC32(0x63)
#define FFA_MSG_WAIT		     SMC32(0x6b)
#define FFA_MSG_SEND_DIRECT_REQ	     SMC32(0x6f)
#define FFA_MSG_SEND_DIRECT_RESP     SMC32(0x70)
#define FFA_NORMAL_WORLD_RESUME	     SMC32(0x7c)
#define FFA_SECONDARY_EP_REGISTER_64 SMC64(0x87)

#define SPMD_ID 0xffffu

/* w2 of the SPMD's framework messages and of their responses */
#define MSG_FRAMEWORK	 0x80000000u
#define MSG_PSCI	 (MSG_FRAMEWORK | 0x0)
#define MSG_PSCI_RESP	 (MSG_FRAMEWORK | 0x2)
#define MSG_VERSION	 (MSG_FRAMEWORK | 0x8)
#define MSG_VERSION_RESP (MSG_FRAMEWORK | 0x9)

#define PSCI_NOT_SUPPORTED ((uint32_t)-1)
#define PSCI_CPU_OFF	   SMC32(0x02)

/* switch.S */
void smc(struct vffa_regs *regs);

bool spmd_register_secondary(void (*entry)(void))
{
	struct vffa_regs regs = { .x = { FFA_SECONDARY_EP_REGISTER_64, (uintptr_t)entry } };

	smc(&regs);
	return regs.x[0] == FFA_SUCCESS_64;
}

/* x8-x17 stay: the SPMD hands them back to the normal world. */
static void reply(struct vffa_regs *regs, uint32_t message, uint32_t value)
{
	uint32_t from = (uint32_t)regs->x[1] & 0xffff;

	for (unsigned int i = 0; i < VFFA_NR_REGS_SHORT; i++)
		regs->x[i] = 0;
	regs->x[0] = FFA_MSG_SEND_DIRECT_RESP;
	regs->x[1] = from << 16 | SPMD_ID;
	regs->x[2] = message;
	regs->x[3] = value;
}

/* The SPMD turns the normal world's FFA_VERSION into a message; back into the call that it was. */
static void serve_version(struct vffa_regs *regs, void (*call)(struct vffa_regs *regs))
{
	struct vffa_regs version = { .x = { FFA_VERSION, regs->x[3] } };

	call(&version);
	reply(regs, MSG_VERSION_RESP, (uint32_t)version.x[0]);
}

static void serve_spmd(struct vffa_regs *regs, void (*call)(struct vffa_regs *regs))
{
	switch ((uint32_t)regs->x[2]) {
	case MSG_VERSION:
		serve_version(regs, call);
		break;
	case MSG_PSCI:
		/* Nothing of this CPU's has to be kept: when it is back, it enters as at first. */
		reply(regs, MSG_PSCI_RESP,
		      (uint32_t)regs->x[3] == PSCI_CPU_OFF ? 0 : PSCI_NOT_SUPPORTED);
		break;
	default:
		reply(regs, (uint32_t)regs->x[2], PSCI_NOT_SUPPORTED);
	}
}

static bool is_from_spmd(const struct vffa_regs *regs, uint16_t spmc_id)
{
	return regs->x[0] == FFA_MSG_SEND_DIRECT_REQ &&
	       (uint32_t)regs->x[1] == (SPMD_ID << 16 | spmc_id);
}

_Noreturn void spmd_serve(uint16_t spmc_id, void (*call)(struct vffa_regs *regs),
			  void (*interrupt)(void))
{
	struct vffa_regs regs = { .x = { FFA_MSG_WAIT } };

	for (;;) {
		smc(&regs);
		if (regs.x[0] == FFA_INTERRUPT) {
			interrupt();
			/* The SPMD has kept the normal world's registers. */
			regs = (struct vffa_regs){ .x = { FFA_NORMAL_WORLD_RESUME } };
		} else if (is_from_spmd(&regs, spmc_id)) {
			serve_spmd(&regs, call);
		} else {
			call(&regs);
		}
	}
}
