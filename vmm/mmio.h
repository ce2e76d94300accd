/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices that the VMM itself emulates. */
#ifndef VMM_MMIO_H
#define VMM_MMIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vm;

/**
 * mmio_reset() - the devices' state after power-on
 * @vm: no vCPU runs
 */
void mmio_reset(struct vm *vm);

/**
 * mmio_read() - the guest reads a device; any thread
 * @vm:	   running
 * @addr:  guest physical
 * @value: out
 *
 * Return: whether there is a device.
 */
bool mmio_read(struct vm *vm, uint64_t addr, uint32_t *value);

/**
 * mmio_write() - the guest writes a device; any thread
 * @vm:	   running; may be told to end
 * @addr:  guest physical
 * @value: zero-extended
 *
 * Return: whether there is a device.
 */
bool mmio_write(struct vm *vm, uint64_t addr, uint32_t value);

/**
 * mmio_input_room() - how many bytes of console input the guest can take now
 * @vm: initialised
 *
 * Return: 0 to PL011_FIFO_DEPTH. When it was 0 and is no more, vm_wake() tells.
 */
size_t mmio_input_room(struct vm *vm);

/**
 * mmio_input() - console input arrives
 * @vm:	       initialised
 * @bytes:     in
 * @len_bytes: at most mmio_input_room()
 */
void mmio_input(struct vm *vm, const uint8_t *bytes, size_t len_bytes);

#endif /* VMM_MMIO_H */
