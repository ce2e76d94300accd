/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The one seam between the library and the system: tests put another sys.c behind it. */
#ifndef LIBVFFA_SYS_H
#define LIBVFFA_SYS_H

#include <stddef.h>

/**
 * libvffa_sys_open() - open(2) a device, read-write and close-on-exec
 * @path: device file
 *
 * Return: a descriptor, or the negated errno, which itself is left alone (as in all of sys.h).
 */
int libvffa_sys_open(const char *path);

/**
 * libvffa_sys_close() - close(2)
 * @fd: open
 */
void libvffa_sys_close(int fd);

/**
 * libvffa_sys_ioctl() - ioctl(2)
 * @fd:	     any
 * @request: any
 * @arg:     as @request wants it
 *
 * Return: what the kernel returned, or the negated errno.
 */
int libvffa_sys_ioctl(int fd, unsigned long request, void *arg);

/**
 * libvffa_sys_protect() - mprotect(2)
 * @addr, @len_bytes: of the caller's memory
 * @prot: PROT_*
 *
 * Return: 0 or the negated errno.
 */
int libvffa_sys_protect(void *addr, size_t len_bytes, int prot);

/**
 * libvffa_sys_max_mappings() - how many mappings a process may have (vm.max_map_count)
 *
 * Return: that number; the kernel's default where it cannot be read.
 */
size_t libvffa_sys_max_mappings(void);

/**
 * libvffa_sys_map() - mmap(2) of a descriptor from its beginning: shared, readable and writable
 * @fd:	       any
 * @len_bytes: any
 * @addr:      out
 *
 * Return: 0 or the negated errno.
 */
int libvffa_sys_map(int fd, size_t len_bytes, void **addr);

/**
 * libvffa_sys_unmap() - munmap(2)
 * @addr, @len_bytes: of a mapping
 */
void libvffa_sys_unmap(void *addr, size_t len_bytes);

/**
 * libvffa_sys_alloc() - zeroed memory, to be given to libvffa_sys_free()
 * @len_bytes: any
 *
 * Return: NULL when there is none.
 */
void *libvffa_sys_alloc(size_t len_bytes);

/**
 * libvffa_sys_free() - free(3)
 * @ptr: from libvffa_sys_alloc()
 */
void libvffa_sys_free(void *ptr);

#endif /* LIBVFFA_SYS_H */
