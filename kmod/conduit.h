/* SPDX-License-Identifier: GPL-2.0-only */
/* The way to the SPMC: SMCs from this kernel, the hypervisor's buffers, and the relay on top. */
#ifndef VFFA_KMOD_CONDUIT_H
#define VFFA_KMOD_CONDUIT_H

#include <vffa/ret.h>

struct vffa_regs;
struct vffa_relay;

/**
 * vffa_conduit_start() - find the SPMC and start the relay
 *
 * Without an SPMC the relay starts all the same; the log says so.
 *
 * Return: 0; -EBUSY another driver has the buffers; -EPROTO the SPMC is not one we can speak to;
 * -ENOMEM; else what the SPMC made of it. The log says more.
 */
int __must_check vffa_conduit_start(void);

/** vffa_conduit_stop() - stop the relay; every guest is gone */
void vffa_conduit_stop(void);

/** vffa_conduit_relay() - the relay of this machine, from vffa_conduit_start() on */
struct vffa_relay *vffa_conduit_relay(void);

/** vffa_conduit_smc() - struct vffa_port_ops.smc */
enum vffa_ret __must_check vffa_conduit_smc(void *port, struct vffa_regs *regs, u32 *cpu);

/** vffa_conduit_run() - struct vffa_port_ops.smc_run */
enum vffa_ret __must_check vffa_conduit_run(void *port, struct vffa_regs *regs, u32 *cpu);

#endif /* VFFA_KMOD_CONDUIT_H */
