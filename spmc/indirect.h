/* SPDX-License-Identifier: GPL-2.0-only */
/* Indirect messages. */
#ifndef SPMC_INDIRECT_H
#define SPMC_INDIRECT_H

#include "call.h"

int do_msg_send2(struct call *c);

#endif /* SPMC_INDIRECT_H */
