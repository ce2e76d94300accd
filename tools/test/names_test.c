// SPDX-License-Identifier: GPL-2.0-only
/* The names of quirks are those of the relay's log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <vffa/quirk.h>

#include "names.h"

static void quirks_have_the_names_of_the_log(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 32; bit++) {
		const char *name = vffa_quirk_name(1u << bit);

		if (name)
			assert_string_equal(name_of_quirk(bit), name);
		else
			assert_null(name_of_quirk(bit));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(quirks_have_the_names_of_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
