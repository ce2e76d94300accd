/* SPDX-License-Identifier: GPL-2.0-only */
/* The virtual timer of the guest whose thread calls the SPMC. */
#ifndef VFFA_KMOD_VTIMER_H
#define VFFA_KMOD_VTIMER_H

#include <linux/types.h>

/**
 * struct vffa_vtimer - what vffa_vtimer_resume() puts back
 * @offset: CNTVOFF_EL2
 * @cval:   CNTV_CVAL_EL0, as the guest has it
 */
struct vffa_vtimer {
	u64 offset;
	u64 cval;
};

/**
 * vffa_vtimer_suspend() - have this CPU's virtual timer count without an offset
 * @timer: out, for vffa_vtimer_resume()
 *
 * It is due when it was. KVM has put the guest's there, or has stopped it.
 *
 * Context: preemption is disabled until vffa_vtimer_resume(); interrupts need not be.
 */
void vffa_vtimer_suspend(struct vffa_vtimer *timer);

/** vffa_vtimer_resume() - end what vffa_vtimer_suspend() began */
void vffa_vtimer_resume(const struct vffa_vtimer *timer);

#endif /* VFFA_KMOD_VTIMER_H */
