// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads an arm64 Image (Linux: Documentation/arm64/booting.rst) and an initrd into guest memory.
 * The device tree, for which it leaves room, is not here but in dtb.c.
 */
#include "loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define ALIGN_2M UINT64_C(0x200000)

struct image_header {
	uint32_t code[2];
	uint64_t text_offset; /* from a 2 MiB boundary */
	uint64_t image_size;  /* with what follows the file's bytes, as .bss; 0 before Linux 3.17 */
	uint64_t flags;
	uint64_t res[3];
	char magic[4];
	uint32_t pe_offset;
};

_Static_assert(sizeof(struct image_header) == 64, "as in booting.rst");

static bool align_up(uint64_t *offset, uint64_t alignment)
{
	if (*offset > UINT64_MAX - alignment)
		return false;
	*offset = (*offset + alignment - 1) & ~(alignment - 1);
	return true;
}

static int open_file(const char *path, uint64_t *size_bytes)
{
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		log_message("%s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		log_message("%s: not a regular file", path);
		close(fd);
		return -1;
	}
	*size_bytes = (uint64_t)st.st_size;
	return fd;
}

static int read_at(int fd, const char *path, void *dst, uint64_t len_bytes)
{
	uint64_t done = 0;
	ssize_t n;

	while (done < len_bytes) {
		n = pread(fd, (char *)dst + done, len_bytes - done, (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			log_message("%s: %s", path, n ? strerror(errno) : "became shorter");
			return -1;
		}
		done += (uint64_t)n;
	}
	return 0;
}

/* Reads a file to @offset of @ram, which has @need bytes from there on for it. */
static int read_to_ram(int fd, const char *path, const struct ram *ram, uint64_t offset,
		       uint64_t len_bytes, uint64_t need)
{
	if (offset > ram->size_bytes || need > ram->size_bytes - offset) {
		log_message("%s: does not fit in the guest's memory (--memory)", path);
		return -1;
	}
	return read_at(fd, path, ram->host + offset, len_bytes);
}

static const char *name_format(const struct image_header *header)
{
	const unsigned char *bytes = (const unsigned char *)header;

	if (bytes[0] == 0x1f && bytes[1] == 0x8b)
		return "gzip-compressed: unpack it first";
	if (!memcmp(bytes, "MZ\0\0zimg", 8))
		return "an EFI zboot image: unpack its payload first";
	return "not an arm64 Image";
}

static int check_header(const char *path, const struct image_header *header)
{
	if (memcmp(header->magic, "ARM\x64", 4)) {
		log_message("%s: %s", path, name_format(header));
		return -1;
	}
	if (header->flags & 1) {
		log_message("%s: a big-endian kernel", path);
		return -1;
	}
	return 0;
}

static int load_kernel(const struct ram *ram, const char *path, uint64_t *start, uint64_t *end)
{
	struct image_header header;
	uint64_t len_bytes, need;
	int ret = -1;
	int fd;

	fd = open_file(path, &len_bytes);
	if (fd < 0)
		return -1;
	if (len_bytes < sizeof(header)) {
		log_message("%s: too short for an arm64 Image", path);
		goto out_close;
	}
	if (read_at(fd, path, &header, sizeof(header)) || check_header(path, &header))
		goto out_close;

	need = header.image_size > len_bytes ? header.image_size : len_bytes;
	ret = read_to_ram(fd, path, ram, header.text_offset, len_bytes, need);
	*start = header.text_offset;
	*end = header.text_offset + need;

out_close:
	close(fd);
	return ret;
}

static int load_initrd(const struct ram *ram, const char *path, uint64_t start, uint64_t *end)
{
	uint64_t len_bytes;
	int fd, ret;

	fd = open_file(path, &len_bytes);
	if (fd < 0)
		return -1;
	ret = read_to_ram(fd, path, ram, start, len_bytes, len_bytes);
	*end = start + len_bytes;
	close(fd);
	return ret;
}

int loader_load(const struct ram *ram, const char *kernel, const char *initrd,
		struct layout *layout)
{
	uint64_t start, end;

	memset(layout, 0, sizeof(*layout));
	if (load_kernel(ram, kernel, &start, &end))
		return -1;
	layout->entry = ram->base + start;

	if (initrd) {
		if (!align_up(&end, ALIGN_2M))
			return -1;
		start = end;
		if (load_initrd(ram, initrd, start, &end))
			return -1;
		layout->initrd = ram->base + start;
		layout->initrd_end = ram->base + end;
	}

	if (!align_up(&end, ALIGN_2M) || end > ram->size_bytes ||
	    LOADER_DTB_MAX_SIZE > ram->size_bytes - end) {
		log_message("no room for the device tree: the guest needs more memory (--memory)");
		return -1;
	}
	layout->dtb = ram->base + end;
	return 0;
}
