// SPDX-License-Identifier: GPL-2.0-only
/* What manifests call the partitions' code. */
#include "images.h"

/* clang-format off */
const struct spmc_image spmc_images[] = {
	{ "borrower", sp_borrower },
	{ "control", sp_control },
	{ "echo", sp_echo },
	{ "forwarder", sp_forwarder },
	{ "hostile", sp_hostile },
	{ "mailer", sp_mailer },
	{ "notifier", sp_notifier },
	{ "stillborn", sp_stillborn },
	{ "yielder", sp_yielder },
};
/* clang-format on */

const unsigned int spmc_nr_images = sizeof(spmc_images) / sizeof(spmc_images[0]);
