/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in the guest's memory before it starts. */
#ifndef VMM_BOOT_H
#define VMM_BOOT_H

#include <stdint.h>

struct vm;

/**
 * boot_load() - load the kernel, the initrd, and what they are told of the machine
 * @vm:    its memory is all zero
 * @entry: out: guest physical address of the first instruction
 * @dtb:   out: and of the device tree, which belongs in x0
 *
 * Return: 0; -1: said why.
 */
int boot_load(struct vm *vm, uint64_t *entry, uint64_t *dtb);

#endif /* VMM_BOOT_H */
