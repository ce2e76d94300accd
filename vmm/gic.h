/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's interrupt controller, which KVM emulates. */
#ifndef VMM_GIC_H
#define VMM_GIC_H

struct vm;

/**
 * gic_create() - create a GICv3 for all vCPUs
 * @vm: its vCPUs exist; gic_fd is set
 *
 * Return: 0; -1: said why.
 */
int gic_create(struct vm *vm);

/**
 * gic_init() - make the GIC ready; once, before any vCPU runs
 * @vm: its vCPUs were reset
 *
 * Return: 0; -1: said why.
 */
int gic_init(struct vm *vm);

/**
 * gic_reset() - the state after power-on
 * @vm: no vCPU runs
 *
 * Return: 0; -1: said why.
 */
int gic_reset(struct vm *vm);

#endif /* VMM_GIC_H */
