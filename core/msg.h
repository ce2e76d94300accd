/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Direct messages of VMs. */
#ifndef VFFA_MSG_H
#define VFFA_MSG_H

#include <vffa/relay.h>

#include "abi_call.h"

/**
 * vffa_msg_send_direct() - FFA_MSG_SEND_DIRECT_REQ of a VM
 * @vcpu: the caller
 * @args: decoded head
 * @msg:  in: the whole request as the SPMC shall get it; out: the answer, or FFA_INTERRUPT
 *
 * Context: runs partition code; no locks.
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the source is not the caller, or the receiver is itself,
 * unknown or invisible; VFFA_DENIED the receiver takes no such messages; VFFA_BUSY the vCPU has left
 * too many contexts stopped; VFFA_ABORTED the answer made no sense; or the SPMC's own code.
 * Spec: FF-A 1.2, FFA_MSG_SEND_DIRECT_REQ.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_msg_send_direct(struct vffa_vcpu *vcpu,
						   struct vffa_msg_args args,
						   struct vffa_regs *msg);

/**
 * vffa_msg_send_direct2() - FFA_MSG_SEND_DIRECT_REQ2 of a VM
 * @uuid: of the service in the receiver; nil = the receiver decides
 *
 * Return: as vffa_msg_send_direct(); VFFA_INVALID_PARAMETERS also when the receiver has no such
 * service.
 * Spec: FF-A 1.2, FFA_MSG_SEND_DIRECT_REQ2.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_msg_send_direct2(struct vffa_vcpu *vcpu,
						    struct vffa_msg_args args,
						    const struct vffa_uuid *uuid,
						    struct vffa_regs *msg);

#endif /* VFFA_MSG_H */
