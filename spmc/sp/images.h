/* SPDX-License-Identifier: GPL-2.0-only */
/* The partitions' entries. */
#ifndef SPMC_SP_IMAGES_H
#define SPMC_SP_IMAGES_H

#include "../sp.h"

void sp_borrower(struct spmc_ctx *self);
void sp_control(struct spmc_ctx *self);
void sp_echo(struct spmc_ctx *self);
void sp_forwarder(struct spmc_ctx *self);
void sp_hostile(struct spmc_ctx *self);
void sp_mailer(struct spmc_ctx *self);
void sp_notifier(struct spmc_ctx *self);
void sp_stillborn(struct spmc_ctx *self);
void sp_yielder(struct spmc_ctx *self);

#endif /* SPMC_SP_IMAGES_H */
