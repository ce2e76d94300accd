/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* A row of the table of FF-A functions, and how one is found. The table itself is in func.c. */
#ifndef VFFA_FUNC_H
#define VFFA_FUNC_H

#include <vffa/relay.h>

/* struct vffa_func.flags */
#define VFFA_FN_32     0x01u /* has an SMC32 form */
#define VFFA_FN_64     0x02u /* has an SMC64 form */
#define VFFA_FN_ANSWER 0x04u /* a guest receives it and does not call it */
#define VFFA_FN_QUERY  0x08u /* every wrong argument is NOT_SUPPORTED */
#define VFFA_FN_WIDE   0x10u /* its SMC64 form has arguments in x8-x17; for others they read as 0 */
#define VFFA_FN_NOT_VM 0x20u /* of other instances; no width is set, so that VMs do not have it */
#define VFFA_FN_NOTIF  0x40u /* for VMs with notifications; @call sees to that */

/**
 * struct vffa_func - an FF-A function, both widths
 * @flags:    VFFA_FN_*; none = this row is empty
 * @since:    minor of the FF-A 1.x that introduced it
 * @mbz_first, @mbz_last: registers that must be zero; @mbz_first 0 = none
 * @needs_32, @needs_64: the form is served when the SPMC offers any of these (VFFA_SPMC_*); 0 = always
 * @features: w2 of FFA_FEATURES for it; NULL = 0
 * @call:     serve it: registers in, registers out. On any status but VFFA_OK and VFFA_PARKED the
 *	      dispatcher writes FFA_ERROR
 * @resume:   finish a call that returned VFFA_PARKED, with what the VMM made of it; as @call, but
 *	      @regs holds only the answer
 * @cancel:   undo a call that was parked, because the vCPU ends
 */
struct vffa_func {
	uint8_t flags;
	uint8_t since;
	uint8_t mbz_first;
	uint8_t mbz_last;
	uint16_t needs_32;
	uint16_t needs_64;
	uint32_t (*features)(const struct vffa_relay *relay, uint32_t minor);
	enum vffa_ret (*call)(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
	enum vffa_ret (*resume)(struct vffa_vcpu *vcpu, enum vffa_ret result,
				struct vffa_regs *regs);
	void (*cancel)(struct vffa_vcpu *vcpu);
};

/* The table. Row n is function number FFA_FN_FIRST + n. */
extern const struct vffa_func vffa_funcs[];
extern const uint32_t vffa_nr_funcs;

/**
 * vffa_func_find() - the row of a function that a guest may know of
 * @relay: whose table
 * @minor: of the guest's FF-A 1.x
 * @fid:   function id, without the SVE hint
 *
 * Inline, because every call of a guest comes here.
 *
 * Return: the row; NULL = this function, or this width, does not exist for that guest.
 */
static inline const struct vffa_func *vffa_func_find(const struct vffa_relay *relay, uint32_t minor,
						     uint32_t fid)
{
	bool is_64 = fid & SMCCC_64;
	uint32_t nr = (fid & FFA_FN_MASK) - FFA_FN_FIRST;
	const struct vffa_func *func;
	uint16_t needs;

	if ((fid & FFA_FID_BASE_MASK) != FFA_FID_BASE || nr >= relay->nr_funcs)
		return NULL;
	func = &relay->funcs[vffa_index_nospec(nr, relay->nr_funcs)];
	if (!(func->flags & (is_64 ? VFFA_FN_64 : VFFA_FN_32)) || minor < func->since)
		return NULL;
	needs = is_64 ? func->needs_64 : func->needs_32;
	if (needs && !(needs & relay->spmc.offers))
		return NULL;
	return func;
}

#endif /* VFFA_FUNC_H */
