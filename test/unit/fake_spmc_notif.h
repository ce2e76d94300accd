/* SPDX-License-Identifier: GPL-2.0-only */
/* Notifications of the fake SPMC, as its other parts see them. */
#ifndef VFFA_TEST_FAKE_SPMC_NOTIF_H
#define VFFA_TEST_FAKE_SPMC_NOTIF_H

#include "fake_spmc.h"

/** fake_spmc_notif_call() - serve a call about notifications; returns the answer */
struct vffa_regs fake_spmc_notif_call(struct fake_spmc *spmc, const struct vffa_regs *in);

#endif /* VFFA_TEST_FAKE_SPMC_NOTIF_H */
