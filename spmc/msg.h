/* SPDX-License-Identifier: GPL-2.0-only */
/* Direct messages, and partitions' console output. */
#ifndef SPMC_MSG_H
#define SPMC_MSG_H

#include "call.h"

int do_direct_req(struct call *c);
int do_direct_req_sp(struct call *c);
int do_direct_resp(struct call *c);
int do_console_log(struct call *c);

#endif /* SPMC_MSG_H */
