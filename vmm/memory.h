/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's RAM. */
#ifndef VMM_MEMORY_H
#define VMM_MEMORY_H

struct vm;

/**
 * memory_create() - create the RAM and show it to KVM, and to the relay if there is one
 * @vm: its fd and ffa are set
 *
 * Return: 0; -1: said why.
 */
int memory_create(struct vm *vm);

/**
 * memory_destroy() - unmap and close
 * @vm: no vCPU runs; @vm may have no RAM
 */
void memory_destroy(struct vm *vm);

/**
 * memory_clear() - make all RAM zero again
 * @vm: no vCPU runs, and the relay has nothing of it pinned
 *
 * Return: 0; -1: said why.
 */
int memory_clear(struct vm *vm);

#endif /* VMM_MEMORY_H */
