// SPDX-License-Identifier: GPL-2.0-only
/* vffactl: look at the relay, and set its policy. What things look like is in show.c. */
#include <errno.h>
#include <getopt.h>
#include <libvffa.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "policy_file.h"
#include "show.h"

#define EXIT_USAGE 2

static const char usage[] =
	"usage: vffactl [--json] status|partitions|vms|quarantine\n"
	"       vffactl policy load [FILE]\n"
	"       vffactl policy show\n"
	"       vffactl policy check FILE\n"
	"\n"
	"Shows what vffa.ko does, and sets which VMs may see which secure partitions.\n"
	"\n"
	"  status        the SPMC, what it offers, and what is used of the limits\n"
	"  partitions    what the SPMC lists, an entry for each UUID\n"
	"  vms           VMs: owner, version, buffers, limits, calls and errors\n"
	"  quarantine    VMs that ended, and what partitions still hold of them\n"
	"  policy load   set the policy, from /etc/vffa/policy or FILE ('-': standard input)\n"
	"  policy show   print the policy that is set, in the same format\n"
	"  policy check  look for mistakes in FILE, and set nothing\n"
	"\n"
	"  -j, --json    JSON instead of text\n"
	"  -h, --help    show this and end\n"
	"\n"
	"Whoever is not root sees VMs of its own user, and cannot load or show the policy.\n"
	"\n"
	"Examples:\n"
	"  vffactl --json vms | python3 -m json.tool\n"
	"  vffactl policy check /etc/vffa/policy && vffactl policy load\n";

/* Where JSON goes; NULL = it is text that is wanted. */
static struct json *json;

static void __attribute__((noreturn)) refuse(const char *what, const char *word)
{
	fprintf(stderr, "vffactl: %s%s%s (vffactl --help)\n", what, word ? ": " : "",
		word ? word : "");
	exit(EXIT_USAGE);
}

static int fail(const char *what, int error)
{
	fprintf(stderr, "vffactl: %s: %s\n", what, strerror(-error));
	return 1;
}

static struct libvffa *connect_relay(void)
{
	struct libvffa *ctx;
	int ret = libvffa_open(NULL, &ctx);

	if (!ret)
		return ctx;
	fail(ret == -ENOENT ? "/dev/vffa (load vffa.ko)" : "/dev/vffa", ret);
	exit(1);
}

static int status_command(struct libvffa *ctx)
{
	struct libvffa_status status = { .size = sizeof(status) };
	struct libvffa_info info = { .size = sizeof(info) };
	int ret;

	ret = libvffa_get_info(ctx, &info);
	if (!ret)
		ret = libvffa_get_status(ctx, &status);
	if (ret)
		return fail("status", ret);
	show_status(stdout, json, &info, &status);
	return 0;
}

static int partitions_command(struct libvffa *ctx)
{
	struct libvffa_partition part = { .size = sizeof(part) };
	uint32_t i;
	int ret;

	if (json)
		json_begin(json, NULL, '[');
	for (i = 0; !(ret = libvffa_get_partition(ctx, i, &part)); i++)
		show_partition(stdout, json, i, &part);
	if (json)
		json_end(json, ']');
	return ret == -ENOENT ? 0 : fail("partitions", ret);
}

/* Every VM, or those in quarantine. */
static int list_vms(struct libvffa *ctx, bool held_only)
{
	struct libvffa_vm_status vm = { .size = sizeof(vm) };
	struct libvffa_status status = { .size = sizeof(status) };
	uint16_t id = 1;
	int ret;

	ret = libvffa_get_status(ctx, &status);
	if (ret)
		return fail("status", ret);
	if (json)
		json_begin(json, NULL, '[');
	while (!(ret = libvffa_find_vm(ctx, id, &vm))) {
		if (!held_only)
			show_vm(stdout, json, &vm, &status);
		else if (vm.held_tries)
			show_held(stdout, json, &vm);
		id = (uint16_t)(vm.id + 1);
	}
	if (json)
		json_end(json, ']');
	return ret == -ENOENT ? 0 : fail("VMs", ret);
}

static int read_policy(const char *path, struct policy_file *policy)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	int ret;

	if (!in)
		return fail(path, -errno);
	ret = policy_file_read(in == stdin ? "standard input" : path, in, stderr, policy);
	if (in != stdin)
		fclose(in);
	return ret ? 1 : 0;
}

static int load_policy(const char *path)
{
	struct policy_file policy;
	struct libvffa *ctx;
	int ret;

	if (read_policy(path, &policy)) {
		fprintf(stderr, "vffactl: the policy was not changed\n");
		return 1;
	}
	ctx = connect_relay();
	ret = libvffa_set_policy(ctx, policy.rules, policy.nr);
	libvffa_close(ctx);
	return ret ? fail("policy load", ret) : 0;
}

static int show_policy(void)
{
	struct policy_file policy = { .nr = LIBVFFA_MAX_POLICY_RULES };
	struct libvffa *ctx = connect_relay();
	int ret = libvffa_get_policy(ctx, policy.rules, &policy.nr);

	libvffa_close(ctx);
	if (ret < 0)
		return fail("policy show", ret);
	if (ret)
		policy_file_write(&policy, stdout);
	else
		puts("# no policy was loaded: VMs may see everything");
	return 0;
}

static int policy_command(int argc, char **argv)
{
	struct policy_file policy;
	const char *what = argc > 0 ? argv[0] : "";
	const char *path = argc > 1 ? argv[1] : NULL;

	if (json)
		refuse("the policy is not shown as JSON", NULL);
	if (argc > 2)
		refuse("too much", argv[2]);
	if (!strcmp(what, "load"))
		return load_policy(path ? path : POLICY_FILE_DEFAULT);
	if (!strcmp(what, "check") && path)
		return read_policy(path, &policy);
	if (!strcmp(what, "show") && !path)
		return show_policy();
	refuse("policy is followed by load [FILE], show, or check FILE", what);
}

static int show_command(const char *what)
{
	struct libvffa *ctx;
	int status;

	if (strcmp(what, "status") && strcmp(what, "partitions") && strcmp(what, "vms") &&
	    strcmp(what, "quarantine"))
		refuse("no such command", what);

	ctx = connect_relay();
	if (!strcmp(what, "status"))
		status = status_command(ctx);
	else if (!strcmp(what, "partitions"))
		status = partitions_command(ctx);
	else
		status = list_vms(ctx, !strcmp(what, "quarantine"));
	if (json)
		putchar('\n');
	libvffa_close(ctx);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct json document = { .out = stdout };
	int status, opt;

	while ((opt = getopt_long(argc, argv, "hj", options, NULL)) >= 0) {
		switch (opt) {
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'j':
			json = &document;
			break;
		default:
			return EXIT_USAGE; /* getopt has said why */
		}
	}
	if (optind == argc)
		refuse("a command is missing", NULL);
	if (!strcmp(argv[optind], "policy"))
		status = policy_command(argc - optind - 1, argv + optind + 1);
	else if (optind + 1 < argc)
		refuse("too much", argv[optind + 1]);
	else
		status = show_command(argv[optind]);

	if (fflush(stdout) || ferror(stdout))
		return fail("standard output", -errno);
	return status;
}
