/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that partitions of the fake SPMC send to VMs. */
#ifndef VFFA_TEST_FAKE_SPMC_LOAN_H
#define VFFA_TEST_FAKE_SPMC_LOAN_H

#include "fake_spmc.h"

/** fake_spmc_loan_call() - serve FFA_MEM_RETRIEVE_REQ, FRAG_RX or RELINQUISH; returns the answer */
struct vffa_regs fake_spmc_loan_call(struct fake_spmc *spmc, const struct vffa_regs *in);

/**
 * fake_spmc_donate() - a partition retrieves what was donated to it
 *
 * Return: the next such region, from the @nth on, which cannot be reclaimed any more; NULL = there is none.
 */
const struct fake_region *fake_spmc_donate(struct fake_spmc *spmc, unsigned int nth);

/**
 * fake_spmc_lend() - a partition sends memory to a VM
 * @type:  FFA_MEM_FLAG_TYPE_*
 * @perms: that its receiver may ask for
 *
 * Return: a loan, to which ranges are to be added; NULL = there are too many.
 */
struct fake_loan *fake_spmc_lend(struct fake_spmc *spmc, vffa_id_t owner, vffa_id_t to,
				 uint32_t type, uint8_t perms);

/** fake_spmc_nr_loans() - how many loans VMs have */
unsigned int fake_spmc_nr_loans(const struct fake_spmc *spmc);

#endif /* VFFA_TEST_FAKE_SPMC_LOAN_H */
