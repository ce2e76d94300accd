// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The library's seam before the real kernel, with devices that every machine has. */
#include <libvffa.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys.h"

static int open_path(const char *path)
{
	struct libvffa_options options = { .size = sizeof(options), .path = path };
	struct libvffa *ctx;

	return libvffa_open(&options, &ctx);
}

static void errors_are_returned_and_errno_is_left_alone(void **state)
{
	errno = EDOM;
	assert_int_equal(open_path("/dev/no-such-device"), -ENOENT);
	assert_int_equal(open_path("/dev/null"), -ENOTTY);
	assert_int_equal(errno, EDOM);
}

/* What is read is the system's, and large enough for any program. */
static void the_number_of_mappings_is_known(void **state)
{
	errno = EDOM;
	assert_true(libvffa_sys_max_mappings() >= 1024);
	assert_int_equal(errno, EDOM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_returned_and_errno_is_left_alone),
		cmocka_unit_test(the_number_of_mappings_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
