/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Which of the defects of <vffa/quirk.h> this SPMC has. */
#ifndef VFFA_CORE_QUIRK_H
#define VFFA_CORE_QUIRK_H

#include <vffa/relay.h>

/**
 * vffa_quirk_find() - recognise a partner by what it says of itself
 * @spmc: version, offers and list of partitions are known
 *
 * FF-A has no call that names the SPMC: what tells is who is in the list, and what is not offered.
 *
 * Return: VFFA_QUIRK_*; 0 = nothing is known against it.
 */
uint32_t VFFA_MUST_CHECK vffa_quirk_find(const struct vffa_spmc *spmc);

#endif /* VFFA_CORE_QUIRK_H */
