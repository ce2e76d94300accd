/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vffa-bus.ko: what Linux's own FF-A driver is to the host's drivers, while vffa.ko has its place.
 *
 * It makes the calls of an FF-A driver, to vffa.ko instead of the SPMC. Struct ffa_ops and what is
 * expected of it are in <linux/arm_ffa.h>.
 */
#ifndef VFFA_KMOD_BUS_BUS_H
#define VFFA_KMOD_BUS_BUS_H

#include <linux/arm-smccc.h>
#include <linux/arm_ffa.h>
#include <linux/types.h>

struct vffa_regs;

/* Of each buffer: the most that can be had. */
#define BUS_BUFFER_SIZE SZ_64K

extern const struct ffa_msg_ops vffa_bus_msg_ops;
extern const struct ffa_cpu_ops vffa_bus_cpu_ops;
extern const struct ffa_mem_ops vffa_bus_mem_ops;
extern const struct ffa_notifier_ops vffa_bus_notifier_ops;

/**
 * vffa_bus_call() - one FF-A call
 * @regs: in and out
 *
 * Context: may sleep; runs partition code.
 * Return: 0: the answer, in @regs, is no FFA_ERROR; else what Linux says for that error; -ESHUTDOWN the
 * relay takes no calls.
 */
int __must_check vffa_bus_call(struct vffa_regs *regs);

/**
 * vffa_bus_call_till_end() - the same, for calls that partitions leave before they have ended
 * @regs: in and out
 */
int __must_check vffa_bus_call_till_end(struct vffa_regs *regs);

/** vffa_bus_buffers_map() - RX and TX. Return: 0, to be undone; or a negated errno */
int __must_check vffa_bus_buffers_map(void);

/** vffa_bus_buffers_unmap() - undo it */
void vffa_bus_buffers_unmap(void);

/** vffa_bus_tx_lock() - the TX buffer, of BUS_BUFFER_SIZE, for one at a time */
void *vffa_bus_tx_lock(void);

/** vffa_bus_tx_unlock() - for the next */
void vffa_bus_tx_unlock(void);

/** vffa_bus_rx() - the RX buffer, for who was told that it is full, until FFA_RX_RELEASE */
const void *vffa_bus_rx(void);

/** vffa_bus_notif_init() - before the endpoint is up. Return: 0 or -ENOMEM */
int __must_check vffa_bus_notif_init(void);

/** vffa_bus_notif_start() - when it is up, and before any driver asks */
void vffa_bus_notif_start(void);

/** vffa_bus_notif_stop() - before it goes down, and after the last driver has let go */
void vffa_bus_notif_stop(void);

/** vffa_bus_notif_exit() - when it is down */
void vffa_bus_notif_exit(void);

/** vffa_bus_notif_pending() - for vffa_host_open() */
void vffa_bus_notif_pending(u16 cpu);

#endif /* VFFA_KMOD_BUS_BUS_H */
