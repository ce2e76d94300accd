/* SPDX-License-Identifier: GPL-2.0-only */
/* The fake SPMC's part in RX/TX buffers of VMs, and messages through them. */
#ifndef VFFA_TEST_FAKE_SPMC_RXTX_H
#define VFFA_TEST_FAKE_SPMC_RXTX_H

#include "fake_spmc.h"

/* A call in the name of a VM: FFA_RXTX_MAP, UNMAP, RX_ACQUIRE, RX_RELEASE, MSG_SEND2. */
struct vffa_regs fake_spmc_rxtx_call(struct fake_spmc *spmc, const struct vffa_regs *in);

#endif /* VFFA_TEST_FAKE_SPMC_RXTX_H */
