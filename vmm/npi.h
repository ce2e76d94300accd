/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's notification pending interrupt (NPI), where vffa-vmm injects it itself. */
#ifndef VMM_NPI_H
#define VMM_NPI_H

#include <poll.h>
#include <stdbool.h>

struct vm;

/**
 * npi_choose() - which interrupt the guest gets, and by whom
 * @vm:			its configuration is complete, and has_hook known
 * @has_notifications:	whether this host has any
 *
 * Return: 0, vm->npi and vm->npi_inject are set; -1: said why.
 */
int npi_choose(struct vm *vm, bool has_notifications);

/**
 * npi_attach() - learn from the relay when to inject
 * @vm: has FF-A
 *
 * Return: 0; -1: said why.
 */
int npi_attach(struct vm *vm);

/**
 * npi_detach() - undo npi_attach(), if there was one
 * @vm: any
 */
void npi_detach(struct vm *vm);

/**
 * npi_poll() - what the main loop waits for
 * @vm:	 any
 * @fds: out: one for each vCPU
 */
void npi_poll(const struct vm *vm, struct pollfd *fds);

/**
 * npi_inject() - inject what the relay has asked for
 * @vm:	 its vCPUs have been started
 * @fds: as poll() left them
 */
void npi_inject(struct vm *vm, const struct pollfd *fds);

#endif /* VMM_NPI_H */
