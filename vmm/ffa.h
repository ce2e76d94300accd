/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's FF-A: what a VMM needs of libvffa, apart from exits, which are in vcpu.c. */
#ifndef VMM_FFA_H
#define VMM_FFA_H

struct vm;

/**
 * ffa_create() - make the VM known to the relay
 * @vm: its fd is set; no memory yet
 *
 * Return: 0, vm->ffa is set; -1: said why.
 */
int ffa_create(struct vm *vm);

/**
 * ffa_attach() - have the relay serve the calls of the VM's vCPUs, by the way that was asked for
 * @vm: no vCPU has run
 *
 * Return: 0; -1: said why.
 */
int ffa_attach(struct vm *vm);

/**
 * ffa_reset() - the guest restarts
 * @vm: no vCPU runs; with or without FF-A
 *
 * Return: 0; -1: said why.
 */
int ffa_reset(struct vm *vm);

#endif /* VMM_FFA_H */
