// SPDX-License-Identifier: GPL-2.0-only
/* The fixture. */
#include "nwd.h"

#include <stdlib.h>

#include "fault.h"
#include "invariants.h"
#include "seen.h"
#include "state.h"

struct nwd *nwd_start(const struct spmc_inproc_options *opt)
{
	struct nwd *n = calloc(1, sizeof(*n));

	assert_non_null(n);
	n->p = spmc_inproc_create(opt);
	assert_non_null(n->p);
	n->tx = spmc_inproc_ram(n->p, NWD_TX);
	n->rx = spmc_inproc_ram(n->p, NWD_RX);
	return n;
}

int nwd_setup_none(void **state)
{
	seen_begin(*state);
	*state = NULL;
	return 0;
}

int nwd_setup(void **state)
{
	seen_begin(*state);
	*state = nwd_start(NULL);
	return 0;
}

void nwd_negotiate(struct nwd *n, unsigned int minor)
{
	struct vffa_regs regs = CALL(n, FID32(FN_VERSION), FFA_VERSION_1(minor));

	assert_false(regs.x[0] & 0x80000000u);
	n->minor = minor;
	expect_success(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 1));
}

/* An SPMC that speaks no newer version. */
static int setup_negotiated(void **state, unsigned int minor)
{
	const struct spmc_inproc_options opt = { .version_minor = minor + 1 };

	seen_begin(*state);
	*state = nwd_start(&opt);
	nwd_negotiate(*state, minor);
	return 0;
}

int nwd_setup_1_0(void **state)
{
	return setup_negotiated(state, 0);
}

int nwd_setup_1_1(void **state)
{
	return setup_negotiated(state, 1);
}

int nwd_setup_1_2(void **state)
{
	return setup_negotiated(state, 2);
}

int nwd_setup_new_with_1_0(void **state)
{
	nwd_setup(state);
	nwd_negotiate(*state, 0);
	return 0;
}

int nwd_setup_new_with_1_1(void **state)
{
	nwd_setup(state);
	nwd_negotiate(*state, 1);
	return 0;
}

int nwd_teardown(void **state)
{
	struct nwd *n = *state;
	const char *wrong = spmc_find_inconsistency(spmc_inproc_spmc(n->p));

	if (wrong)
		fail_msg("%s", wrong);
	spmc_inproc_destroy(n->p);
	free(n);
	return 0;
}

struct vffa_regs nwd_call(struct nwd *n, unsigned int cpu, struct vffa_regs regs)
{
	const struct spmc *s = spmc_inproc_spmc(n->p);
	bool faulty = fault_count_locked(s) > 0;
	uint32_t fid = (uint32_t)regs.x[0];

	spmc_inproc_call(n->p, cpu, &regs);
	seen_call(s, "process", faulty, fid, &regs);
	return regs;
}

void expect_regs_at(struct vffa_regs regs, struct vffa_regs want, const char *file, int line)
{
	for (unsigned int i = 0; i < VFFA_NR_REGS; i++) {
		if (regs.x[i] == want.x[i])
			continue;
		print_error("x%u is 0x%llx, not 0x%llx (x0 is 0x%llx, x2 0x%llx)\n", i,
			    (unsigned long long)regs.x[i], (unsigned long long)want.x[i],
			    (unsigned long long)regs.x[0], (unsigned long long)regs.x[2]);
		_fail(file, line);
	}
	seen_expected(&regs);
}
