// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Lines of FFA_CONSOLE_LOG. What becomes of them is their home's business. */
#include "console.h"

#include "vmlock.h"

/* A guest must not move the cursor of whoever reads the log, or end a line of it. */
static char printable(char c)
{
	if (c == '\t')
		return ' ';
	return c >= 0x20 && c < 0x7F ? c : '?';
}

static void end_line_locked(struct vffa_vm *vm)
{
	struct vffa_console *console = &vm->console;

	vffa_vm_assert_locked(vm);
	vm->relay->cfg.ops->console(vm, console->line, console->len);
	console->len = 0;
}

static void put_locked(struct vffa_vm *vm, char c)
{
	struct vffa_console *console = &vm->console;

	switch (c) {
	case '\r':
		break;
	case '\n':
		end_line_locked(vm);
		break;
	default:
		if (console->len == VFFA_CONSOLE_LINE)
			end_line_locked(vm);
		console->line[console->len++] = printable(c);
	}
}

enum vffa_ret vffa_console_log(struct vffa_vm *vm, const struct vffa_console_args *args)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	for (uint32_t i = 0; i < args->len; i++)
		put_locked(vm, args->chars[i]);
	vffa_vm_unlock(vm);
	return VFFA_OK;
}

void vffa_console_end(struct vffa_vm *vm)
{
	vffa_vm_lock_always(vm);
	if (vm->console.len)
		end_line_locked(vm);
	vffa_vm_unlock(vm);
}
