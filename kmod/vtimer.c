// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtual timer of the guest whose thread calls the SPMC.
 *
 * KVM leaves it running, so that it interrupts a partition when it is due. It is due when the counter
 * less CNTVOFF_EL2 has reached CNTV_CVAL; but with an SPMC at S-EL2 TF-A gives each world a CNTVOFF_EL2 of
 * its own, and the secure one's is 0. To the secure world any guest's timer is due long since, and stops
 * partitions before their first instruction, while the normal world sees no interrupt at all. With an
 * offset of 0 in both worlds, and CNTV_CVAL as much later, it is due at the same time in both.
 *
 * A kernel at EL1 cannot do that. What has S-EL2 can run it at EL2.
 */
#include "vtimer.h"

#include <linux/limits.h>
#include <linux/overflow.h>

#include <asm/arch_timer.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

/* When a timer is due by the counter itself. Either may be so large that it has wrapped around. */
static u64 without_offset(const struct vffa_vtimer *timer)
{
	u64 now = __arch_counter_get_cntpct();
	u64 guest_now = now - timer->offset;
	u64 due;

	if (timer->cval <= guest_now)
		return now;
	return check_add_overflow(now, timer->cval - guest_now, &due) ? U64_MAX : due;
}

void vffa_vtimer_suspend(struct vffa_vtimer *timer)
{
	if (!is_kernel_in_hyp_mode())
		return;
	timer->offset = read_sysreg(cntvoff_el2);
	timer->cval = read_sysreg_s(SYS_CNTV_CVAL_EL02);

	/* In this order, here and below, it is never due too early in between. */
	write_sysreg_s(without_offset(timer), SYS_CNTV_CVAL_EL02);
	isb();
	write_sysreg(0, cntvoff_el2);
	isb();
}

void vffa_vtimer_resume(const struct vffa_vtimer *timer)
{
	if (!is_kernel_in_hyp_mode())
		return;
	write_sysreg(timer->offset, cntvoff_el2);
	isb();
	write_sysreg_s(timer->cval, SYS_CNTV_CVAL_EL02);
	isb();
}
