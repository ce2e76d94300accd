/* SPDX-License-Identifier: GPL-2.0-only */
/* What the SPMC keeps for endpoints of the normal world. */
#ifndef SPMC_VM_H
#define SPMC_VM_H

#include "state.h"

/* NULL when nothing is kept for it. */
struct spmc_vm *vm_find(struct spmc *s, uint16_t id);

/* The record of an endpoint, made if need be; vm_put() when done. NULL when there are too many. */
struct spmc_vm *vm_get(struct spmc *s, uint16_t id);

/* Drop a record in which there is nothing to keep; or every such record. */
void vm_put(struct spmc_vm *vm);
void vm_put_all(struct spmc *s);

#endif /* SPMC_VM_H */
