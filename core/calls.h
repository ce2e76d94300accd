/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * What the table of functions (func.c) calls: one handler for each, between the registers of a call
 * and the function of the relay that serves it.
 *
 * Each has the form of struct vffa_func.call, and is entered with registers that the dispatcher has
 * normalised and whose reserved ones it has checked. Whatever serves the call says what its status
 * means; here are the checks of single registers alone.
 */
#ifndef VFFA_CALLS_H
#define VFFA_CALLS_H

#include <vffa/relay.h>

/** vffa_vcpu_minor() - of the FF-A 1.x that a vCPU's guest speaks */
static inline uint32_t vffa_vcpu_minor(const struct vffa_vcpu *vcpu)
{
	return vffa_vm_version(vcpu->vm) & 0xFFFFu;
}

/* calls_setup.c */
enum vffa_ret vffa_call_version(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_features(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_id_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_spm_id_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_rxtx_map(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_rxtx_unmap(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_rx_release(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_part_info(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_part_regs(struct vffa_vcpu *vcpu, struct vffa_regs *regs);

/* calls_msg.c */
enum vffa_ret vffa_call_msg_wait(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_yield(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_console_log(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_msg_send2(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_direct_req(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_direct_req2(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_run(struct vffa_vcpu *vcpu, struct vffa_regs *regs);

/* calls_mem.c */
enum vffa_ret vffa_call_mem_share(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_mem_lend(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_mem_donate(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_mem_frag_tx(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_mem_reclaim(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_mem_retrieve(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_mem_relinquish(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_mem_frag_rx(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_resume_mem(struct vffa_vcpu *vcpu, enum vffa_ret result, struct vffa_regs *regs);

/* calls_notif.c */
enum vffa_ret vffa_call_notif_bind(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_notif_unbind(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_notif_set(struct vffa_vcpu *vcpu, struct vffa_regs *regs);
enum vffa_ret vffa_call_notif_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs);

#endif /* VFFA_CALLS_H */
