// SPDX-License-Identifier: GPL-2.0-only
/* The policy as text: what is read, what is refused and where, and that it comes back the same. */
#include "policy_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "486178e0-e7f8-11e3-bc5e-0002a5d5c51b"

static struct policy_file policy;
static char said[4096];

/* Reads @len bytes as the file "f"; what is said about them is in said[]. */
static int read_bytes(const char *bytes, size_t len)
{
	FILE *in = len ? fmemopen((void *)bytes, len, "r") : fopen("/dev/null", "r");
	FILE *errors = fmemopen(said, sizeof(said), "w");
	int ret;

	memset(said, 0, sizeof(said));
	ret = policy_file_read("f", in, errors, &policy);
	fclose(errors);
	fclose(in);
	return ret;
}

static void a_rule_is_read(void **state)
{
	static const struct {
		const char *text;
		struct libvffa_policy_rule rule;
	} cases[] = {
		{ "allow all all", { .flags = 1 } },
		{ "deny all all", { .flags = 0 } },
		{ "  deny\tuser 1000 all # why\r", { .who = LIBVFFA_POLICY_USER, .id = 1000 } },
		{ "allow user root all", { .flags = 1, .who = LIBVFFA_POLICY_USER } },
		{ "allow group root all", { .flags = 1, .who = LIBVFFA_POLICY_GROUP } },
		{ "deny group 4294967294 all", { .who = LIBVFFA_POLICY_GROUP, .id = 4294967294 } },
		{ "allow all " UUID,
		  { .flags = 1,
		    .uuid.bytes = { 0x48, 0x61, 0x78, 0xe0, 0xe7, 0xf8, 0x11, 0xe3, 0xbc, 0x5e, 0x00,
				    0x02, 0xa5, 0xd5, 0xc5, 0x1b } } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_bytes(cases[i].text, strlen(cases[i].text)), 0);
		assert_string_equal(said, "");
		assert_int_equal(policy.nr, 1);
		assert_memory_equal(&policy.rules[0], &cases[i].rule, sizeof(cases[i].rule));
	}
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text;
		const char *said;
	} cases[] = {
		{ "permit all all", "f:1: a rule begins with 'allow' or 'deny', not 'permit'\n" },
		{ "\n\n# c\nALLOW all all",
		  "f:4: a rule begins with 'allow' or 'deny', not 'ALLOW'\n" },
		{ "allow", "f:1: after 'allow' comes 'all', 'user' or 'group', not ''\n" },
		{ "deny any all", "f:1: after 'deny' comes 'all', 'user' or 'group', not 'any'\n" },
		{ "allow all", "f:1: which partitions? 'all' or a UUID\n" },
		{ "allow user", "f:1: which user?\n" },
		{ "allow group", "f:1: which group?\n" },
		{ "allow user 0", "f:1: which partitions? 'all' or a UUID\n" },
		{ "allow user no-such-user all", "f:1: there is no user 'no-such-user'\n" },
		{ "allow group no-such-group all", "f:1: there is no group 'no-such-group'\n" },
		{ "allow user 4294967295 all", "f:1: there is no user '4294967295'\n" },
		{ "allow user 99999999999999999999 all",
		  "f:1: there is no user '99999999999999999999'\n" },
		{ "allow user -1 all", "f:1: there is no user '-1'\n" },
		{ "allow user 1x all", "f:1: there is no user '1x'\n" },
		{ "allow all all all", "f:1: 'all' is too much\n" },
		{ "allow user 0 all a b c d e", "f:1: 'a' is too much\n" },
		{ "allow all 486178e0", "f:1: '486178e0' is neither 'all' nor a UUID\n" },
		{ "allow all " UUID "0", "f:1: '" UUID "0' is neither 'all' nor a UUID\n" },
		{ "allow all 00000000-0000-0000-0000-000000000000",
		  "f:1: no partition has the nil UUID; say 'all'\n" },
		{ "deny x\nallow all all\nfoo",
		  "f:1: after 'deny' comes 'all', 'user' or 'group', not 'x'\n"
		  "f:3: a rule begins with 'allow' or 'deny', not 'foo'\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_bytes(cases[i].text, strlen(cases[i].text)), -1);
		assert_string_equal(said, cases[i].said);
	}
}

static void nothing_is_an_empty_policy(void **state)
{
	assert_int_equal(read_bytes("", 0), 0);
	assert_int_equal(policy.nr, 0);
	assert_int_equal(read_bytes("# only\n\n \t\n", 11), 0);
	assert_int_equal(policy.nr, 0);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	assert_int_equal(read_bytes("allow all all\0deny all all", 26), -1);
	assert_string_equal(said, "f:1: this is not text\n");
	assert_int_equal(read_bytes("\xff\xfe\x7f", 3), -1);
}

static void long_lines_are_refused(void **state)
{
	char text[3000];

	memset(text, '#', sizeof(text));
	text[2000] = '\n';
	assert_int_equal(read_bytes(text, sizeof(text)), -1);
	assert_string_equal(said, "f:1: the line is too long\nf:2: the line is too long\n");
	assert_int_equal(read_bytes(text, 511), 0);
	assert_int_equal(read_bytes(text, 512), -1);
}

static void there_are_so_many_rules_and_no_more(void **state)
{
	static const char rule[] = "allow all all\n";
	size_t len = sizeof(rule) - 1;
	char *text = malloc(len * (LIBVFFA_MAX_POLICY_RULES + 1));

	for (size_t i = 0; i <= LIBVFFA_MAX_POLICY_RULES; i++)
		memcpy(text + i * len, rule, len);
	assert_int_equal(read_bytes(text, len * LIBVFFA_MAX_POLICY_RULES), 0);
	assert_int_equal(policy.nr, LIBVFFA_MAX_POLICY_RULES);
	assert_int_equal(read_bytes(text, len * (LIBVFFA_MAX_POLICY_RULES + 1)), -1);
	assert_string_equal(said, "f:257: more than 256 rules\n");
	free(text);
}

static void what_is_written_reads_the_same(void **state)
{
	static const char text[] = "allow user 0 " UUID "\n"
				   "deny group 7 all\n"
				   "allow all " UUID "\n"
				   "deny all all\n";
	char again[sizeof(text) + 1] = "";
	FILE *out;

	assert_int_equal(read_bytes(text, sizeof(text) - 1), 0);
	out = fmemopen(again, sizeof(again), "w");
	policy_file_write(&policy, out);
	fclose(out);
	assert_string_equal(again, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_read),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(nothing_is_an_empty_policy),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(long_lines_are_refused),
		cmocka_unit_test(there_are_so_many_rules_and_no_more),
		cmocka_unit_test(what_is_written_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
