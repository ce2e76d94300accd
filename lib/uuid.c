// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* UUIDs as text (RFC 4122, section 3). */
#include <libvffa.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	found = c ? strchr(digits, c) : NULL;
	return found ? (int)(found - digits) : -1;
}

static bool dash_before(unsigned int byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int libvffa_uuid_parse(const char *text, struct libvffa_uuid *uuid)
{
	struct libvffa_uuid new;

	for (unsigned int i = 0; i < sizeof(new.bytes); i++) {
		int high, low;

		if (dash_before(i) && *text++ != '-')
			return -EINVAL;
		high = hex_digit(*text++);
		if (high < 0)
			return -EINVAL;
		low = hex_digit(*text++);
		if (low < 0)
			return -EINVAL;
		new.bytes[i] = (uint8_t)(high << 4 | low);
	}
	if (*text)
		return -EINVAL;
	*uuid = new;
	return 0;
}

void libvffa_uuid_format(const struct libvffa_uuid *uuid, char text[LIBVFFA_UUID_TEXT_SIZE])
{
	for (unsigned int i = 0; i < sizeof(uuid->bytes); i++) {
		if (dash_before(i))
			*text++ = '-';
		text += snprintf(text, 3, "%02x", uuid->bytes[i]);
	}
}
