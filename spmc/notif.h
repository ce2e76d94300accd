/* SPDX-License-Identifier: GPL-2.0-only */
/* Notifications. */
#ifndef SPMC_NOTIF_H
#define SPMC_NOTIF_H

#include "call.h"

int do_notif_create(struct call *c);
int do_notif_destroy(struct call *c);
int do_notif_bind(struct call *c);
int do_notif_unbind(struct call *c);
int do_notif_set(struct call *c);
int do_notif_get(struct call *c);
int do_notif_info_get(struct call *c);

/**
 * notif_rx_full() - tell an endpoint that its RX has a message
 * @c:	   the call that put it there
 * @id:	   of the endpoint; nothing happens where it takes no notifications
 * @delay: the schedule receiver interrupt may wait until the normal world runs again
 */
void notif_rx_full(struct call *c, uint16_t id, bool delay);

/* Raise a schedule receiver interrupt that was delayed: the normal world is about to run. */
void notif_flush_sri(struct spmc *s, unsigned int cpu);

#endif /* SPMC_NOTIF_H */
