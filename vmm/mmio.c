// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device is where, and what becomes of its bytes, its interrupt, its requests.
 * The UART's registers are not here but in pl011.c.
 */
#include "mmio.h"

#include <errno.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>

#include "log.h"
#include "vm.h"

static void update_irq_locked(struct vm *vm)
{
	struct kvm_irq_level line = {
		.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | UART_IRQ,
		.level = pl011_irq(&vm->uart),
	};

	if (vm->irq == line.level)
		return;
	vm->irq = line.level;
	if (ioctl(vm->fd, KVM_IRQ_LINE, &line)) {
		log_message("KVM_IRQ_LINE: %s", strerror(errno));
		vm_set_end(vm, VM_FAILED, 0);
	}
}

void mmio_reset(struct vm *vm)
{
	pthread_mutex_lock(&vm->lock);
	pl011_reset(&vm->uart);
	/* By ACPI, the UART is what a server's firmware has made ready. */
	if (vm->config->acpi)
		pl011_enable(&vm->uart);
	update_irq_locked(vm);
	pthread_mutex_unlock(&vm->lock);
}

static uint32_t read_uart(struct vm *vm, uint64_t offset)
{
	bool was_full;
	uint32_t value;

	pthread_mutex_lock(&vm->lock);
	was_full = !pl011_rx_room(&vm->uart);
	value = pl011_read(&vm->uart, offset);
	update_irq_locked(vm);
	if (was_full && pl011_rx_room(&vm->uart))
		vm_wake(vm);
	pthread_mutex_unlock(&vm->lock);
	return value;
}

static void write_uart(struct vm *vm, uint64_t offset, uint32_t value)
{
	bool was_full, sent;

	pthread_mutex_lock(&vm->lock);
	was_full = !pl011_rx_room(&vm->uart);
	sent = pl011_write(&vm->uart, offset, value);
	update_irq_locked(vm);
	if (was_full && pl011_rx_room(&vm->uart))
		vm_wake(vm);
	pthread_mutex_unlock(&vm->lock);

	/* Without the lock, which the main loop needs: this waits for whoever reads our output. */
	if (sent)
		console_write((uint8_t)value);
}

static bool is_in(uint64_t addr, uint64_t base, uint64_t size)
{
	return addr - base < size;
}

bool mmio_read(struct vm *vm, uint64_t addr, uint32_t *value)
{
	*value = 0;
	if (is_in(addr, UART_BASE, UART_SIZE))
		*value = read_uart(vm, addr - UART_BASE);
	else if (is_in(addr, TEST_EXIT_BASE, TEST_EXIT_SIZE))
		*value = vm->nr_reboots;
	else
		return false;
	return true;
}

bool mmio_write(struct vm *vm, uint64_t addr, uint32_t value)
{
	if (is_in(addr, UART_BASE, UART_SIZE))
		write_uart(vm, addr - UART_BASE, value);
	else if (is_in(addr, TEST_EXIT_BASE, TEST_EXIT_SIZE))
		vm_set_end(vm, VM_TEST_EXIT, value & 0xff);
	else
		return false;
	return true;
}

size_t mmio_input_room(struct vm *vm)
{
	size_t room;

	pthread_mutex_lock(&vm->lock);
	room = pl011_rx_room(&vm->uart);
	pthread_mutex_unlock(&vm->lock);
	return room;
}

void mmio_input(struct vm *vm, const uint8_t *bytes, size_t len_bytes)
{
	size_t i;

	pthread_mutex_lock(&vm->lock);
	for (i = 0; i < len_bytes; i++)
		pl011_receive(&vm->uart, bytes[i]);
	update_irq_locked(vm);
	pthread_mutex_unlock(&vm->lock);
}
