// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The library's way to the system, with errors as return values and errno as it was.
 * What is asked of the kernel is not here but in the other files.
 */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

int libvffa_sys_open(const char *path)
{
	int saved_errno = errno;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fd = -errno;
	errno = saved_errno;
	return fd;
}

void libvffa_sys_close(int fd)
{
	int saved_errno = errno;

	close(fd);
	errno = saved_errno;
}

int libvffa_sys_ioctl(int fd, unsigned long request, void *arg)
{
	int saved_errno = errno;
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		ret = -errno;
	errno = saved_errno;
	return ret;
}

int libvffa_sys_protect(void *addr, size_t len_bytes, int prot)
{
	int saved_errno = errno;
	int ret = mprotect(addr, len_bytes, prot) ? -errno : 0;

	errno = saved_errno;
	return ret;
}

size_t libvffa_sys_max_mappings(void)
{
	int saved_errno = errno;
	FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
	size_t max;

	if (!file || fscanf(file, "%zu", &max) != 1)
		max = 65530;
	if (file)
		fclose(file);
	errno = saved_errno;
	return max;
}

int libvffa_sys_map(int fd, size_t len_bytes, void **addr)
{
	int saved_errno = errno;
	int ret = 0;

	*addr = mmap(NULL, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*addr == MAP_FAILED)
		ret = -errno;
	errno = saved_errno;
	return ret;
}

void libvffa_sys_unmap(void *addr, size_t len_bytes)
{
	int saved_errno = errno;

	munmap(addr, len_bytes);
	errno = saved_errno;
}

void *libvffa_sys_alloc(size_t len_bytes)
{
	int saved_errno = errno;
	void *ptr = calloc(1, len_bytes);

	errno = saved_errno;
	return ptr;
}

void libvffa_sys_free(void *ptr)
{
	free(ptr);
}
