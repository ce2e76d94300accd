// SPDX-License-Identifier: GPL-2.0-only
/*
 * vffa-vmm: a small virtual machine monitor for KVM on arm64, the reference user of libvffa.
 * Here are its options; what they start is in vm.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "vm.h"

#define EXIT_USAGE 2

#define MIN_MEMORY_MIB 8
#define MAX_MEMORY_MIB (64 * 1024)

/* With these Linux answers a panic with PSCI's SYSTEM_RESET2, and nothing else with it. */
#define DEFAULT_CMDLINE "console=ttyAMA0 panic=-1 reboot=panic_warm"

/*
 * Linux takes an SGI from a device tree, where its own are 0 to 7; no device of this machine has one. With
 * ACPI it takes a PPI, of which KVM's devices have 23 and those from 25 on.
 */
#define DEFAULT_SGI 8
#define DEFAULT_PPI 20

static const char usage[] =
	"usage: vffa-vmm --kernel IMAGE [options]\n"
	"\n"
	"Runs a KVM guest that has FF-A (needs /dev/kvm and, from vffa.ko, /dev/vffa).\n"
	"\n"
	"  -k, --kernel IMAGE     arm64 Image, not compressed\n"
	"  -i, --initrd FILE      initial RAM disk\n"
	"  -a, --append CMDLINE   kernel command line (default below)\n"
	"  -c, --cpus N           1 to 8 (default: 1)\n"
	"  -m, --memory MIB       guest memory in MiB, 8 to 65536 (default: 512)\n"
	"      --acpi             tell the guest of its machine by ACPI, not by a device tree\n"
	"      --conduit hvc|smc  how the guest makes firmware calls (default: hvc)\n"
	"      --partition UUID   let the guest see this partition and no other (repeatable)\n"
	"      --no-partitions    let the guest see no partition at all\n"
	"      --way hook|filter  how FF-A calls get to the relay: taken in the kernel, or\n"
	"                         forwarded by KVM (default: hook where there is one)\n"
	"      --no-ffa           without FF-A; does not touch /dev/vffa\n"
	"      --no-reboot        end when the guest asks for a reboot\n"
	"      --npi sgi:N|ppi:N|none  the interrupt that tells the guest of notifications:\n"
	"                         SGI 8 to 15, or PPI 16 to 25 or 31 (default: sgi:8, which\n"
	"                         Linux takes from a device tree; ppi:20 with --acpi)\n"
	"      --npi-inject kernel|pending|irq-line  who injects it: vffa.ko; vffa-vmm with\n"
	"                         all CPUs stopped; vffa-vmm by KVM_IRQ_LINE, PPIs only\n"
	"                         (default: kernel with --way hook, else pending)\n"
	"      --donate           let the guest give memory away for good\n"
	"      --window MIB       room for memory that partitions give the guest, 0 to 1024\n"
	"                         (default: 16)\n"
	"      --mem-handles N    shares, lends and donations at a time\n"
	"      --mem-fragmented N  of them, sends of which fragments are outstanding\n"
	"      --mem-pieces N     ranges of one lend or donation\n"
	"      --mem-pages N      4 KiB pages that may be pinned for FF-A\n"
	"      --mem-fragment-ms N  how long the next fragment of a descriptor may take\n"
	"  -n, --name NAME        the VM's name in messages\n"
	"      --dtb-dump FILE    write the guest's device tree to FILE, then go on\n"
	"  -h, --help             show this and end\n"
	"\n"
	"The guest's console is stdin and stdout. On a terminal, Ctrl-A x ends the VM.\n"
	"The exit status is 0 when the guest switched itself off, not 0 when it died.\n"
	"A Linux guest tells its panics with the default command line, which is\n"
	"  " DEFAULT_CMDLINE "\n"
	"\n"
	"Example:\n"
	"  vffa-vmm -k /boot/vmlinuz-$(uname -r) -i initrd.img -c 4 -m 1024\n";

enum {
	OPT_ACPI = 256,
	OPT_CONDUIT,
	OPT_DONATE,
	OPT_DTB_DUMP,
	OPT_MEM_FRAGMENTED,
	OPT_MEM_FRAGMENT_MS,
	OPT_MEM_HANDLES,
	OPT_MEM_PAGES,
	OPT_MEM_PIECES,
	OPT_NO_FFA,
	OPT_NO_PARTITIONS,
	OPT_NO_REBOOT,
	OPT_NPI,
	OPT_NPI_INJECT,
	OPT_PARTITION,
	OPT_WAY,
	OPT_WINDOW,
};

static const struct option long_options[] = {
	{ "acpi", no_argument, NULL, OPT_ACPI },
	{ "append", required_argument, NULL, 'a' },
	{ "conduit", required_argument, NULL, OPT_CONDUIT },
	{ "cpus", required_argument, NULL, 'c' },
	{ "donate", no_argument, NULL, OPT_DONATE },
	{ "dtb-dump", required_argument, NULL, OPT_DTB_DUMP },
	{ "help", no_argument, NULL, 'h' },
	{ "initrd", required_argument, NULL, 'i' },
	{ "kernel", required_argument, NULL, 'k' },
	{ "mem-fragmented", required_argument, NULL, OPT_MEM_FRAGMENTED },
	{ "mem-fragment-ms", required_argument, NULL, OPT_MEM_FRAGMENT_MS },
	{ "mem-handles", required_argument, NULL, OPT_MEM_HANDLES },
	{ "mem-pages", required_argument, NULL, OPT_MEM_PAGES },
	{ "mem-pieces", required_argument, NULL, OPT_MEM_PIECES },
	{ "memory", required_argument, NULL, 'm' },
	{ "name", required_argument, NULL, 'n' },
	{ "no-ffa", no_argument, NULL, OPT_NO_FFA },
	{ "no-partitions", no_argument, NULL, OPT_NO_PARTITIONS },
	{ "no-reboot", no_argument, NULL, OPT_NO_REBOOT },
	{ "npi", required_argument, NULL, OPT_NPI },
	{ "npi-inject", required_argument, NULL, OPT_NPI_INJECT },
	{ "partition", required_argument, NULL, OPT_PARTITION },
	{ "way", required_argument, NULL, OPT_WAY },
	{ "window", required_argument, NULL, OPT_WINDOW },
	{ NULL, 0, NULL, 0 },
};

static void __attribute__((noreturn)) refuse(const char *what, const char *value)
{
	log_message("%s%s%s (vffa-vmm --help)", what, value ? ": " : "", value ? value : "");
	exit(EXIT_USAGE);
}

static unsigned long parse_number(const char *what, const char *text, unsigned long min,
				  unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || value < min || value > max)
		refuse(what, text);
	return value;
}

static uint32_t parse_limit(const char *what, const char *text)
{
	return (uint32_t)parse_number(what, text, 1, UINT32_MAX);
}

static bool parse_conduit(const char *text)
{
	if (!strcmp(text, "smc"))
		return true;
	if (strcmp(text, "hvc"))
		refuse("--conduit is hvc or smc", text);
	return false;
}

static void add_partition(const char *text, struct vm_config *config)
{
	if (config->nr_partitions == MAX_PARTITIONS)
		refuse("--partition is for at most 64 UUIDs", NULL);
	if (libvffa_uuid_parse(text, &config->partitions[config->nr_partitions]))
		refuse("--partition is a UUID (8-4-4-4-12 hexadecimal digits)", text);
	config->nr_partitions++;
	config->only_partitions = true;
}

static enum way parse_way(const char *text)
{
	if (!strcmp(text, "filter"))
		return WAY_FILTER;
	if (strcmp(text, "hook"))
		refuse("--way is hook or filter", text);
	return WAY_HOOK;
}

/* The PPIs from 26 to 30 are timers. */
static uint32_t parse_npi(const char *text)
{
	static const char what[] = "--npi is sgi:8 to sgi:15, ppi:16 to ppi:25, ppi:31, or none";
	unsigned long intid;

	if (!strcmp(text, "none"))
		return 0;
	if (!strncmp(text, "sgi:", 4))
		return (uint32_t)parse_number(what, text + 4, 8, 15);
	if (strncmp(text, "ppi:", 4))
		refuse(what, text);
	intid = parse_number(what, text + 4, 16, 31);
	if (intid >= 26 && intid <= 30)
		refuse(what, text);
	return (uint32_t)intid;
}

static enum npi_by parse_npi_inject(const char *text)
{
	if (!strcmp(text, "kernel"))
		return NPI_BY_KERNEL;
	if (!strcmp(text, "irq-line"))
		return NPI_BY_LINE;
	if (strcmp(text, "pending"))
		refuse("--npi-inject is kernel, pending or irq-line", text);
	return NPI_BY_PENDING;
}

static void parse_option(int opt, const char *arg, struct vm_config *config)
{
	switch (opt) {
	case 'a':
		config->cmdline = arg;
		break;
	case 'c':
		config->nr_cpus = (unsigned int)parse_number("--cpus is 1 to 8", arg, 1, MAX_VCPUS);
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	case 'i':
		config->initrd = arg;
		break;
	case 'k':
		config->kernel = arg;
		break;
	case 'm':
		config->ram_size = (uint64_t)parse_number("--memory is 8 to 65536", arg,
							  MIN_MEMORY_MIB, MAX_MEMORY_MIB)
				   << 20;
		break;
	case 'n':
		log_set_name(arg);
		break;
	case OPT_ACPI:
		config->acpi = true;
		break;
	case OPT_CONDUIT:
		config->smc = parse_conduit(arg);
		break;
	case OPT_DONATE:
		config->donate = true;
		break;
	case OPT_DTB_DUMP:
		config->dtb_dump = arg;
		break;
	case OPT_MEM_FRAGMENTED:
		config->mem_fragmented = parse_limit("--mem-fragmented is a number", arg);
		break;
	case OPT_MEM_FRAGMENT_MS:
		config->mem_fragment_ms = parse_limit("--mem-fragment-ms is a number", arg);
		break;
	case OPT_MEM_HANDLES:
		config->mem_handles = parse_limit("--mem-handles is a number", arg);
		break;
	case OPT_MEM_PAGES:
		config->mem_pages = parse_limit("--mem-pages is a number", arg);
		break;
	case OPT_MEM_PIECES:
		config->mem_pieces = parse_limit("--mem-pieces is a number", arg);
		break;
	case OPT_WINDOW:
		config->window_size = (uint64_t)parse_number("--window is 0 to 1024", arg, 0, 1024)
				      << 20;
		break;
	case OPT_NO_FFA:
		config->ffa = false;
		break;
	case OPT_NO_PARTITIONS:
		config->only_partitions = true;
		break;
	case OPT_NPI:
		config->npi = parse_npi(arg);
		config->npi_is_set = true;
		break;
	case OPT_NPI_INJECT:
		config->npi_inject = parse_npi_inject(arg);
		break;
	case OPT_PARTITION:
		add_partition(arg, config);
		break;
	case OPT_NO_REBOOT:
		config->reboot = false;
		break;
	case OPT_WAY:
		config->way = parse_way(arg);
		break;
	default:
		exit(EXIT_USAGE); /* getopt has said why */
	}
}

static void parse_options(int argc, char **argv, struct vm_config *config)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "a:c:hi:k:m:n:", long_options, NULL)) >= 0)
		parse_option(opt, optarg, config);
	if (optind < argc)
		refuse("not an option", argv[optind]);
	if (config->only_partitions && !config->ffa)
		refuse("partitions need FF-A", NULL);
	if (!config->npi_is_set)
		config->npi = config->acpi ? DEFAULT_PPI : DEFAULT_SGI;
	if (config->npi_inject == NPI_BY_LINE && config->npi < 16)
		refuse("--npi-inject irq-line needs --npi ppi:N: KVM has no line for an SGI", NULL);
	if (!config->kernel)
		refuse("--kernel is missing", NULL);
}

/* So that no device gets the number of a standard stream that was closed. */
static void fill_standard_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= 2);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct vm_config config = {
		.cmdline = DEFAULT_CMDLINE,
		.nr_cpus = 1,
		.ram_size = UINT64_C(512) << 20,
		.window_size = UINT64_C(16) << 20,
		.ffa = true,
		.reboot = true,
	};
	struct console console;
	struct vm vm;
	int status = 1;

	fill_standard_streams();
	parse_options(argc, argv, &config);
	signal(SIGPIPE, SIG_IGN);

	if (!vm_init(&vm, &config)) {
		console_open(&console);
		status = vm_run(&vm, &console);
		console_close(&console);
	}
	vm_fini(&vm);
	return status;
}
